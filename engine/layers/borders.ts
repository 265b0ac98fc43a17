import { integers } from '../core/fields.ts';

/** Rows and columns at the four sides of an image. */
export const bordersField = (what: string) =>
  integers({
    label: 'Border',
    help: `Rows and columns ${what}: top, bottom, left, right.`,
    default: [1, 1, 1, 1],
    length: 4,
    min: 0,
  });
