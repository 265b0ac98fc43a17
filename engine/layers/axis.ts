import { int } from '../core/fields.ts';
import type { Value } from '../ir/builder.ts';
import type { LayerProblem, PortType } from './layer.ts';
import { features, formatPort, rearranged } from './shapes.ts';
import type { StepResult } from './stepwise.ts';

/** What layers share that work along one axis. */

export const axisField = (help: string) =>
  int({
    label: 'Axis',
    help: `${help}; −1 is the last one (features, channels).`,
    default: -1,
    min: -8,
    max: 8,
  });

/** Counted from the front, the batch being axis 0. */
export const resolveAxis = (axis: number, { shape }: { readonly shape: readonly unknown[] }): number =>
  axis < 0 ? shape.length + axis : axis;

/** A problem unless `type` has the axis, and it is not the batch. */
export function requireAxis(axis: number, type: PortType): LayerProblem | null {
  const last = type.shape.length - 1;
  const resolved = resolveAxis(axis, type);
  if (resolved >= 1 && resolved <= last) return null;
  return {
    code: 'LAYER_AXIS',
    severity: 'error',
    field: 'axis',
    message: 'There is no such axis.',
    got: `axis ${axis} of ${formatPort(type)}`,
    expected: `1 to ${last}, or −1`,
    fix: 'Set the axis to −1 for the last one.',
    repair: { kind: 'set', field: 'axis', value: -1 },
  };
}

/** Extent of an axis that is there. */
export const extentOf = (type: PortType, axis: number): number => features(type)[resolveAxis(axis, type) - 1];

/** The same type with another extent at an axis. */
export const withExtent = (type: PortType, axis: number, extent: number): PortType =>
  rearranged([type], type.shape.with(resolveAxis(axis, type), extent));

/** Layers along another axis than that of the positions do the same at each of them. */
export function besidePositions({
  inputs,
  params,
  each,
}: {
  readonly inputs: Readonly<Record<string, readonly Value[]>>;
  readonly params: { readonly axis: number };
  each(): StepResult;
}): StepResult {
  const [first] = Object.values(inputs).flat();
  return resolveAxis(params.axis, first.type) === 1 ? 'it works along the sequence' : each();
}
