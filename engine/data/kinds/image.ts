import type { Shown } from '../../core/browse.ts';
import { size as sizeOf } from '../../core/shape.ts';
import { standardise } from '../fitting/moments.ts';
import { pictureUrl } from '../images/pictures.ts';
import { channelStatistics } from './channels.ts';
import { defineKind } from './kind.ts';
import { numbersIn } from './numbers-in.ts';

/** Longest side of an image in the preview. */
const THUMBNAIL = 96;

export default defineKind({
  id: 'image',
  title: 'Image',
  doc: 'Pixels, height × width × channels. Each channel is brought to mean 0 and deviation 1 of the training images, or to 0 … 1.',
  fields: {},
  fixed: true,
  begin({ shape = [0, 0, 1] }) {
    return {
      form: { dtype: 'u8', shape },
      stage: (cell) => (cell instanceof Uint8Array ? cell : undefined),
      async fit(context) {
        const bytes = { offset: [0], scale: [1 / 255] };
        const features = context.normalise ? await channelStatistics(context, shape[2]) : undefined;
        const normalisation = features ? standardise(features) : bytes;
        return {
          column: { dtype: 'u8', shape, missing: 0, normalisation },
          convert: (staged) => staged as Uint8Array,
        };
      },
    };
  },
  store: (cell, { shape }) => numbersIn(cell, sizeOf(shape)),
  async show(cell, { name, shape }) {
    return cell instanceof Uint8Array && shape ? picture(cell, name, shape, THUMBNAIL) : '';
  },
  read: (stored, { name, shape }, size) => picture(stored as Uint8Array, name, shape, size),
});

async function picture(
  pixels: Uint8Array,
  name: string,
  shape: readonly number[],
  size: number,
): Promise<Shown> {
  const url = await pictureUrl(pixels, shape, size);
  return { form: 'picture', url, alt: `${name}, ${shape[1]} × ${shape[0]} pixels` };
}
