import { describe, expect, it } from 'vitest';
import type { DType } from '../../engine/core/dtype.ts';
import { ndarray, type NdArray } from '../../engine/core/ndarray.ts';
import { uniform } from '../../engine/core/random.ts';
import { size, type Shape } from '../../engine/core/shape.ts';
import { Builder, type Value } from '../../engine/ir/builder.ts';
import type { Module, State } from '../../engine/ir/program.ts';
import { interpret } from '../../engine/backends/reference/interpret.ts';
import { differentiate } from '../../engine/passes/differentiate.ts';
import { mul } from '../../engine/ops/mul.ts';
import { sum } from '../../engine/ops/reduce-sum.ts';
import { DEVICES, runOn, type DeviceName } from './device.ts';

/** One tensor that a sample feeds in: given values, or random ones in a range. */
export interface SampleInput {
  readonly shape: Shape;
  readonly dtype?: DType;
  readonly values?: readonly number[];
  /** Bounds of random values; -2 to 2 where absent. Whole numbers for integer types. */
  readonly range?: readonly [number, number];
}

export interface OpSample {
  readonly name: string;
  readonly inputs: readonly SampleInput[];
  readonly build: (b: Builder, inputs: readonly Value[]) => Value;
  /** The result by an independent formula. */
  readonly expected?: readonly number[] | ((...inputs: number[]) => number);
  /** Largest difference from the reference, relative to the largest value. */
  readonly tolerance?: number;
  /** False where the op passes no gradient on, or has a kink at the sample. */
  readonly differentiable?: boolean;
}

/**
 * Checks an op on each sample: its float64 meaning against a formula, its gradient against central differences
 * in float64, and its kernel and its gradient's kernels on every device against the reference.
 */
export function checkOp(
  op: string,
  samples: readonly OpSample[],
  devices: readonly DeviceName[] = DEVICES,
): void {
  describe(op, () => {
    for (const sample of samples) {
      const { module, arrays, gradients } = assemble(sample);
      const reference = interpret(module.programs[0], arrays).outputs;
      const { expected } = sample;
      if (expected) {
        it(`${sample.name}: means what its formula says`, () => {
          const inputs = [...arrays.values()].map(({ data }) => data);
          const wanted =
            typeof expected === 'function'
              ? Array.from(reference.get('y')!.data, (_, at) => expected(...inputs.map((data) => data[at])))
              : expected;
          expectClose(reference.get('y')!.data, wanted, 1e-12);
        });
      }
      for (const at of gradients) {
        it(`${sample.name}: gradient of input ${at} equals finite differences`, () => {
          expectClose(reference.get(`g${at}`)!.data, finiteDifferences(module, arrays, at), 1e-6);
        });
      }
      it.each(devices)(`${sample.name}: %s agrees with the reference`, async (device) => {
        const names = ['y', ...gradients.map((at) => `g${at}`)];
        const read = await runOn(device, module, arrays, names);
        for (const name of names) {
          expect(read.get(name)!.shape).toEqual(reference.get(name)!.shape);
          expectClose(read.get(name)!.data, reference.get(name)!.data, sample.tolerance ?? 3e-6);
        }
      });
    }
  });
}

/** The program of a sample: the result `y`, the scalar `loss` = Σ y · weights, and its gradients `g0`, `g1` … */
function assemble(sample: OpSample): {
  module: Module;
  arrays: Map<string, NdArray>;
  gradients: number[];
} {
  const arrays = new Map(sample.inputs.map((input, at) => [`x${at}`, arrayOf(input, at)]));
  const states = [...arrays].map(([name, { dtype, shape }]) => stateOf(name, dtype, shape));
  const b = new Builder('sample');
  const inputs = states.map((state) => b.read(state));
  const y = sample.build(b, inputs);
  b.output('y', y);
  const differentiable = sample.differentiable !== false && y.type.dtype === 'f32';
  const gradients = inputs.flatMap(({ type }, at) => (differentiable && type.dtype === 'f32' ? [at] : []));
  if (gradients.length > 0) {
    arrays.set('weights', arrayOf({ shape: y.type.shape }, 99));
    states.push(stateOf('weights', 'f32', y.type.shape));
    const loss = sum(b, mul(b, y, b.read(states.at(-1)!)));
    b.output('loss', loss);
    const parts = differentiate(
      b,
      loss,
      gradients.map((at) => inputs[at]),
    );
    gradients.forEach((at, nth) => b.output(`g${at}`, parts[nth]));
  }
  return { module: { states, programs: [b.finish()] }, arrays, gradients };
}

function stateOf(name: string, dtype: DType, shape: Shape): State {
  return { name, type: { dtype, shape }, role: 'data', init: { kind: 'upload' } };
}

function arrayOf(
  { shape, dtype = 'f32', values, range: [low, high] = [-2, 2] }: SampleInput,
  stream: number,
): NdArray {
  if (values) return ndarray(dtype, shape, values.map(dtype === 'f32' ? Math.fround : Math.trunc));
  const random = Array.from(
    { length: size(shape) },
    (_, at) => low + (high - low) * uniform(7, stream, 0, at),
  );
  return ndarray(dtype, shape, random.map(dtype === 'f32' ? Math.fround : Math.floor));
}

function finiteDifferences(module: Module, arrays: ReadonlyMap<string, NdArray>, at: number): number[] {
  const name = `x${at}`;
  const array = arrays.get(name)!;
  const step = 1e-5;
  const lossAt = (element: number, value: number): number => {
    const data = Float64Array.from(array.data);
    data[element] = value;
    const changed = new Map(arrays).set(name, { ...array, data });
    return interpret(module.programs[0], changed).outputs.get('loss')!.data[0];
  };
  return Array.from(
    array.data,
    (value, element) => (lossAt(element, value + step) - lossAt(element, value - step)) / (2 * step),
  );
}

/** Differences relative to the largest magnitude that is expected, and at least to 1. */
export function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(wanted.length);
  const scale = Array.from(wanted).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  for (let at = 0; at < wanted.length; at++) {
    const difference = Math.abs(got[at] - wanted[at]);
    if (!(difference <= tolerance * scale)) {
      expect.fail(
        `Element ${at} is ${got[at]}, not ${wanted[at]} (difference ${difference}, allowed ${tolerance * scale}).`,
      );
    }
  }
}
