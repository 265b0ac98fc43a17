import { int } from '../../core/fields.ts';
import type { BlockLayer } from '../block.ts';

/** What the levels of a U-Net share. */
export const levelFields = {
  filters: int({ label: 'Filters', help: 'Channels of the level.', default: 32, min: 1 }),
};

/** Two convolutions, each with a ReLU (`conv-1` … `relu-2`). */
export function doubleConv(filters: number): Readonly<Record<string, BlockLayer>> {
  const conv: BlockLayer = ['conv2d', { filters, padding: 'same' }];
  return { 'conv-1': conv, 'relu-1': 'relu', 'conv-2': conv, 'relu-2': 'relu' };
}
