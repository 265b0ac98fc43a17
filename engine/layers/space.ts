import type { Builder, Value } from '../ir/builder.ts';
import { reshape } from '../ops/reshape.ts';
import type { LayerProblem, Port, PortType } from './layer.ts';
import { IMAGES, requireImage, requireSequence, SEQUENCES } from './shapes.ts';

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

/** Applies what is made for images to a sequence, too: as an image of one row. */
export function onImage(b: Builder, x: Value, compute: (image: Value) => Value): Value {
  if (x.type.shape.length === 4) return compute(x);
  const [batch, length, channels] = x.type.shape;
  const result = compute(reshape(b, x, [batch, 1, length, channels]));
  return reshape(b, result, [batch, ...result.type.shape.slice(2)]);
}
