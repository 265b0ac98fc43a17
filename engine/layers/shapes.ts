import { BATCH, formatShape } from '../core/shape.ts';
import type { Dim, SymbolicShape } from '../core/shape.ts';
import type { InferContext, InferResult, LayerProblem, LayerRepair, PortType } from './layer.ts';

/** Shape rules and diagnostics that layers share. */

/** `f32[batch × 10]`, the way port types are shown to people. */
export function formatPort(type: PortType): string {
  return `${type.dtype}[${formatShape(type.shape)}]`;
}

export function f32(...features: readonly Dim[]): PortType {
  return { dtype: 'f32', shape: [BATCH, ...features] };
}

/** Values of these types under another shape: what is known of indices stays known. */
export function rearranged(types: readonly [PortType, ...PortType[]], shape: SymbolicShape): PortType {
  const [{ dtype, classes }] = types;
  if (dtype !== 'i32') return { dtype, shape };
  const names = classes?.join('\n');
  const alike = types.every((type) => type.classes?.join('\n') === names);
  const vocabularies = types.map(({ vocabulary }) => vocabulary);
  const vocabulary = vocabularies.every((count) => count !== undefined)
    ? Math.max(...vocabularies)
    : undefined;
  return { dtype, shape, ...(alike && classes && { classes }), ...(vocabulary && { vocabulary }) };
}

/** What a port got and what it expects. */
export function mismatch(
  port: string,
  got: PortType,
  expected: string,
  problem: { readonly message: string; readonly fix: string; readonly repair?: LayerRepair },
): LayerProblem {
  return { code: 'LAYER_INPUT', severity: 'error', port, got: formatPort(got), expected, ...problem };
}

/** A problem unless `type` holds real numbers: class indices cannot be multiplied or passed through a function. */
export function requireReal(port: string, type: PortType): LayerProblem | null {
  if (type.dtype === 'f32') return null;
  return mismatch(port, type, 'f32 values', {
    message: 'This layer computes with real numbers, but gets class indices.',
    fix: 'Connect a layer or an input whose values are numbers, or insert an Embedding.',
    ...(type.dtype === 'i32' && { repair: { kind: 'insert', layer: 'embedding' } as const }),
  });
}

/** A problem unless `type` holds indices: one per example, or a sequence of them. */
export function requireIndices(port: string, type: PortType): LayerProblem | null {
  if (type.dtype === 'i32' && type.shape.length <= 2) return null;
  return mismatch(port, type, 'i32[batch × length] or i32[batch]', {
    message: 'This layer looks up whole numbers, but gets real ones.',
    fix: 'Connect an Input that reads its columns as indices.',
    repair: { kind: 'set-source', field: 'encoding', value: 'indices' },
  });
}

/** A problem unless `type` is an image batch, `f32[batch × height × width × channels]`. */
export function requireImage(port: string, type: PortType): LayerProblem | null {
  if (type.shape.length === 4) return requireReal(port, type);
  const flat = type.shape.length === 2 && typeof type.shape[1] === 'number' ? type.shape[1] : 0;
  const side = Math.sqrt(flat);
  const square = Number.isInteger(side) && side > 1;
  return mismatch(port, type, 'f32[batch × height × width × channels]', {
    message: 'This layer works on images, but its input has no height, width and channels.',
    fix: square
      ? `Insert a Reshape to ${side} × ${side} × 1, or connect an image.`
      : 'Connect an image, or insert a Reshape to height × width × channels.',
    ...(square && {
      repair: { kind: 'insert', layer: 'reshape', params: { shape: [side, side, 1] } } as const,
    }),
  });
}

/** A problem unless `type` is a batch of volumes, `f32[batch × depth × height × width × channels]`. */
export function requireVolume(port: string, type: PortType): LayerProblem | null {
  if (type.shape.length === 5) return requireReal(port, type);
  return mismatch(port, type, 'f32[batch × depth × height × width × channels]', {
    message: 'This layer works on volumes, but its input has no depth, height, width and channels.',
    fix: 'Connect a volume, or insert a Reshape to depth × height × width × channels.',
  });
}

/** A problem unless `type` is a batch of sequences, `f32[batch × length × channels]`. */
export function requireSequence(port: string, type: PortType): LayerProblem | null {
  if (type.shape.length === 3 || type.dtype === 'i32') return requireReal(port, type);
  const flat = type.shape.length === 2;
  const shape = flat ? [-1, 1] : [-1, lastExtent(type)];
  return mismatch(port, type, 'f32[batch × length × channels]', {
    message: 'This layer works on sequences, but its input has no length and channels.',
    fix: flat
      ? 'Insert a Reshape to length × 1, or connect a sequence.'
      : 'Insert a Reshape to one long sequence, or connect a sequence.',
    repair: { kind: 'insert', layer: 'reshape', params: { shape } },
  });
}

/** A problem unless `type` is a batch of feature rows, `f32[batch × features]`. */
export function requireRows(port: string, type: PortType): LayerProblem | null {
  if (type.shape.length === 2) return requireReal(port, type);
  return mismatch(port, type, 'f32[batch × features]', {
    message: `This layer needs one row of features per example, but gets ${type.shape.length - 1} axes.`,
    fix: 'Insert a Flatten before it.',
    repair: { kind: 'insert', layer: 'flatten' },
  });
}

/** Shape rule of element-by-element layers: one input port `input`, one output port `output`, same shape. */
export function elementwise({
  inputs: { input },
}: Pick<InferContext<Record<never, never>>, 'inputs'>): InferResult {
  const problem = requireReal('input', input[0]);
  return problem ? { problems: [problem] } : { outputs: { output: { dtype: 'f32', shape: input[0].shape } } };
}

/** Shape rules of layers that change an image, or a sequence, and leave its shape as it is. */
export const sameImage = sameOf(requireImage);
export const sameSequence = sameOf(requireSequence);

function sameOf(require: (port: string, type: PortType) => LayerProblem | null) {
  return ({ inputs: { input } }: Pick<InferContext<Record<never, never>>, 'inputs'>): InferResult => {
    const problem = require('input', input[0]);
    return problem
      ? { problems: [problem] }
      : { outputs: { output: { dtype: 'f32', shape: input[0].shape } } };
  };
}

/** Static extents after the batch axis. Layers with weights call it; graphs have no other symbol today. */
export function features(type: PortType): number[] {
  return type.shape.slice(1).map((extent) => {
    if (typeof extent !== 'number') throw new RangeError(`The extent "${extent}" has no fixed size.`);
    return extent;
  });
}

/** Extent of the last axis: features of a row, channels of an image. */
export function lastExtent(type: PortType): number {
  return features(type).at(-1) ?? 1;
}

export const SEQUENCES = [{ name: 'input', doc: 'Sequences, batch × length × channels.' }] as const;
export const IMAGES = [{ name: 'input', doc: 'Images, batch × height × width × channels.' }] as const;
export const VOLUMES = [
  { name: 'input', doc: 'Volumes, batch × depth × height × width × channels.' },
] as const;
export const INPUT = [{ name: 'input', doc: 'Values of any shape.' }] as const;
export const OUTPUT = [{ name: 'output', doc: 'The result.' }] as const;
