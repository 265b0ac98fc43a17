import { choice, integers } from '../core/fields.ts';
import { windowExtents, type Window } from '../ops/window.ts';
import type { LayerProblem, PortType } from './layer.ts';
import { features, formatPort } from './shapes.ts';
import type { Space } from './space.ts';

/** Fields and shape rule of layers that slide a window over an image or a sequence. */

const perAxis = ({ axes }: Space, value: number) => ({
  default: axes.map(() => value),
  length: axes.length,
  min: 1,
});

export const sizeField = (space: Space, standard: number, what: string) =>
  integers({ label: 'Window', help: `How many ${space.taps} ${what}.`, ...perAxis(space, standard) });

export const strideField = (space: Space, standard: number) =>
  integers({
    label: 'Stride',
    help: `How many ${space.taps} the window moves between two places.`,
    ...perAxis(space, standard),
  });

export const dilationField = (space: Space) =>
  integers({
    label: 'Dilation',
    help: 'Distance between two taps of the filter; 1 leaves no gaps.',
    ...perAxis(space, 1),
    advanced: true,
  });

type Padding = 'valid' | 'same' | 'causal';

const PADDINGS: Readonly<Record<Padding, string>> = {
  valid: 'Only positions where the whole window lies inside of the input.',
  same: 'Output size = input size / stride, rounded up.',
  causal: 'All of the border stands before the start, so that no position sees a later one.',
};

const paddings = (...values: readonly Padding[]) =>
  values.map((value) => ({ value, label: value, help: PADDINGS[value] }));

export const paddingField = choice<Padding>({
  label: 'Padding',
  help: '“same” adds a border, so that stride 1 keeps the size; “valid” adds none.',
  default: 'valid',
  options: paddings('valid', 'same'),
});

/** For sequences, which have a direction. */
export const directedPaddingField: typeof paddingField = {
  ...paddingField,
  options: paddings('valid', 'same', 'causal'),
};

export interface WindowParams {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation?: readonly number[];
  readonly padding: Padding;
}

type Pair = readonly [number, number];

/** Rows and columns; a sequence is an image of one row, and a volume is looked at slice by slice. */
export const pair = (values: readonly number[]): Pair =>
  values.length === 1 ? [1, values[0]] : (values.slice(-2) as unknown as Pair);

/** What a window does along one axis. */
export const alongAxis = ({ size, stride, dilation, padding }: WindowParams, axis: number): WindowParams => ({
  size: [size[axis]],
  stride: [stride[axis]],
  dilation: [dilation?.[axis] ?? 1],
  padding,
});

/** The window of a layer on an image of these extents [height, width], a sequence of [length] or the slices of a volume. */
export function windowOf(
  { padding, ...params }: WindowParams,
  extents: readonly number[],
): Window & { readonly size: Pair } {
  const [size, stride, dilation] = [params.size, params.stride, params.dilation ?? [1]].map(pair);
  const whole = pair(extents);
  const border = (axis: 0 | 1): Pair => {
    if (padding === 'valid') return [0, 0];
    if (padding === 'causal') return [(size[axis] - 1) * dilation[axis], 0];
    const positions = Math.ceil(whole[axis] / stride[axis]);
    const reach = (positions - 1) * stride[axis] + (size[axis] - 1) * dilation[axis] + 1;
    const total = Math.max(reach - whole[axis], 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  return { size, stride, dilation, padding: [...border(0), ...border(1)] };
}

/** Extents that a window yields, or the problem that it is larger than its input. */
export function slide(
  params: WindowParams,
  input: PortType,
  { noun, axes }: Space,
): readonly number[] | LayerProblem {
  const extents = features(input).slice(0, axes.length);
  const result = extents.map((extent, axis) => {
    const line = windowOf(alongAxis(params, axis), [extent]);
    return windowExtents([1, extent], line.size, line)[1];
  });
  if (result.every((extent) => extent >= 1)) return result;
  const size = params.size.map((taps, axis) =>
    Math.min(taps, Math.ceil(extents[axis] / (params.dilation?.[axis] ?? 1))),
  );
  return {
    code: 'LAYER_WINDOW',
    severity: 'error',
    port: 'input',
    field: 'size',
    message: `The window is larger than the ${noun}.`,
    got: `a window of ${params.size.join(' × ')} on ${formatPort(input)}`,
    expected: `a window of at most ${extents.join(' × ')}, gaps of the dilation included`,
    fix: 'Make the window smaller, or choose the padding “same”.',
    repair: { kind: 'set', field: 'size', value: size },
  };
}
