import { choice, integers, type ParamsOf } from '../core/fields.ts';
import { windowExtents, type Window } from '../ops/window.ts';
import type { LayerProblem, PortType } from './layer.ts';
import { features, formatPort } from './shapes.ts';

/** Fields and shape rule of layers that slide a window over an image. */

export const strideField = (standard: readonly [number, number]) =>
  integers({
    label: 'Stride',
    help: 'How far the window moves between two positions: rows, columns.',
    default: standard,
    length: 2,
    min: 1,
  });

export const paddingField = choice({
  label: 'Padding',
  help: '“same” adds a border, so that stride 1 keeps the size; “valid” adds none.',
  default: 'valid' as 'same' | 'valid',
  options: [
    {
      value: 'valid',
      label: 'valid',
      help: 'Only positions where the whole window lies inside of the image.',
    },
    { value: 'same', label: 'same', help: 'Output size = input size / stride, rounded up.' },
  ],
});

interface WindowParams {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation?: readonly number[];
  readonly padding: ParamsOf<{ padding: typeof paddingField }>['padding'];
}

type Pair = readonly [number, number];

/** The window of a layer on an image of these extents [height, width]. */
export function windowOf(
  { size, stride, dilation = [1, 1], padding }: WindowParams,
  extents: readonly number[],
): Window & { readonly size: Pair } {
  const border = (axis: 0 | 1): [number, number] => {
    if (padding === 'valid') return [0, 0];
    const positions = Math.ceil(extents[axis] / stride[axis]);
    const reach = (positions - 1) * stride[axis] + (size[axis] - 1) * dilation[axis] + 1;
    const total = Math.max(reach - extents[axis], 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  return {
    size: size as Pair,
    stride: stride as Pair,
    dilation: dilation as Pair,
    padding: [...border(0), ...border(1)],
  };
}

/** Height and width that a window yields, or the problem that it is larger than the image. */
export function slide(params: WindowParams, image: PortType): readonly [number, number] | LayerProblem {
  const extents = features(image).slice(0, 2);
  const window = windowOf(params, extents);
  const result = windowExtents(extents, window.size, window);
  if (result.every((extent) => extent >= 1)) return result;
  const size = params.size.map((extent, axis) => Math.min(extent, extents[axis]));
  return {
    code: 'LAYER_WINDOW',
    severity: 'error',
    port: 'input',
    field: 'size',
    message: 'The window is larger than the image.',
    got: `a window of ${params.size.join(' × ')} on ${formatPort(image)}`,
    expected: `a window of at most ${extents.join(' × ')}`,
    fix: 'Make the window smaller, or choose the padding “same”.',
    repair: { kind: 'set', field: 'size', value: size },
  };
}
