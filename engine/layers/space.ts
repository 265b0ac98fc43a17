import type { Builder, Value } from '../ir/builder.ts';
import { reshape } from '../ops/reshape.ts';
import type { LayerProblem, Port, PortType } from './layer.ts';
import { IMAGES, requireImage, requireSequence, requireVolume, SEQUENCES, VOLUMES } from './shapes.ts';

/** What a window slides over. Layers that differ only in that share everything else. */
export interface Space {
  readonly noun: string;
  /** What a window counts along its axes. */
  readonly taps: string;
  /** Its borders, two for each axis. */
  readonly sides: string;
  /** Axes of a value between its batch and its channels. */
  readonly axes: readonly number[];
  /** True where positions have an order, such as that of time. */
  readonly directed?: true;
  readonly inputs: readonly Port[];
  require(port: string, type: PortType): LayerProblem | null;
}

export const SEQUENCE: Space = {
  noun: 'sequence',
  taps: 'positions',
  sides: 'start, end',
  axes: [1],
  directed: true,
  inputs: SEQUENCES,
  require: requireSequence,
};

export const IMAGE: Space = {
  noun: 'image',
  taps: 'rows and columns',
  sides: 'top, bottom, left, right',
  axes: [1, 2],
  inputs: IMAGES,
  require: requireImage,
};

export const VOLUME: Space = {
  noun: 'volume',
  taps: 'slices, rows and columns',
  sides: 'front, back, top, bottom, left, right',
  axes: [1, 2, 3],
  inputs: VOLUMES,
  require: requireVolume,
};

/** Applies what is made for images to a sequence, too, as an image of one row; and to each slice of a volume. */
export function onImage(b: Builder, x: Value, compute: (image: Value) => Value): Value {
  const [batch, first, ...rest] = x.type.shape;
  if (rest.length === 2) return compute(x);
  if (rest.length === 1) {
    const row = compute(reshape(b, x, [batch, 1, first, ...rest]));
    return reshape(b, row, [batch, ...row.type.shape.slice(2)]);
  }
  const slices = compute(reshape(b, x, [batch * first, ...rest]));
  return reshape(b, slices, [batch, first, ...slices.type.shape.slice(1)]);
}
