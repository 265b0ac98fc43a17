import { expect, it } from 'vitest';
import { interpret } from '../../engine/backends/reference/interpret.ts';
import { targetOf } from '../../engine/backends/target.ts';
import type { DatasetSchema } from '../../engine/core/dataset.ts';
import { allocate } from '../../engine/core/dtype.ts';
import { ndarray, type NdArray } from '../../engine/core/ndarray.ts';
import type { ModelDocument } from '../../engine/graph/document.ts';
import type { Module } from '../../engine/ir/program.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import { initialValues } from '../../engine/train/initial.ts';
import { buildTraining } from '../../engine/train/step.ts';
import { DEVICES, device, type DeviceName } from './device.ts';

/** Steps of a whole model against those that PyTorch took. */

/** Each step's loss, and weights and running statistics after the last one. */
export interface Expected {
  readonly losses: readonly number[];
  readonly final: Readonly<Record<string, readonly number[]>>;
  /** How far PyTorch's own float32 is from this. */
  readonly float32Error: number;
}

export interface Prepared {
  readonly module: Module;
  readonly states: ReadonlyMap<string, NdArray>;
}

type Trained = (state: string) => ArrayLike<number>;

/** The training program of a model, its data in their order and what is given of its states by name. */
export function prepareSteps(
  document: ModelDocument,
  schema: DatasetSchema,
  given: Readonly<Record<string, ArrayLike<number>>>,
): Prepared {
  const { train: rows } = schema.rows;
  const { batchSize: batch } = document.training;
  const train = { split: 'train', rows, capacity: rows } as const;
  const { module } = buildTraining({ document, schema, batch, steps: rows / batch, train, evaluated: [] });
  const all = { 'data.train.order': Array.from({ length: rows }, (_, at) => at), ...given };
  const states = new Map(
    module.states.map((state): [string, NdArray] => {
      const { dtype, shape } = state.type;
      return [
        state.name,
        ndarray(dtype, shape, new Map(Object.entries(all)).get(state.name) ?? initialValues(state, 0)),
      ];
    }),
  );
  expect(Object.keys(all).filter((name) => !states.has(name))).toEqual([]);
  return { module, states };
}

/** Declares the tests of one model: in the interpreter and on the devices, the steps are those expected. */
export function checkSteps(
  prepare: () => Prepared,
  expected: Expected,
  devices: readonly DeviceName[] = DEVICES,
): void {
  const steps = expected.losses.length;
  const check = (trained: Trained, tolerance: number): void => {
    const losses = Array.from(trained('metric.train.loss')).slice(0, steps);
    expectClose(losses, expected.losses, tolerance, 'loss');
    for (const [state, values] of Object.entries(expected.final))
      expectClose(trained(state), values, tolerance, state);
  };
  it('in the float64 interpreter', () => {
    // Float64 against float64: only the order of sums differs.
    check(trainReference(prepare(), steps), 1e-9);
  });
  it.each(devices)('on %s', async (device) => {
    // Float32 may err as far as PyTorch's own does, times a factor for another order of sums, plus a few roundings of 2⁻²⁴.
    check(await trainOn(device, prepare(), steps), 4 * expected.float32Error + 1e-6);
  });
}

function trainReference({ module, states }: Prepared, steps: number): Trained {
  let current = states;
  for (let step = 0; step < steps; step++) {
    current = new Map([...current, ...interpret(module.programs[0], current).writes]);
  }
  return (name) => current.get(name)!.data;
}

async function trainOn(name: DeviceName, { module, states }: Prepared, steps: number): Promise<Trained> {
  const executor = await device(name);
  const session = await executor.load(
    compileModule(module, { target: targetOf(executor.device), verify: true }),
  );
  for (const [name, { dtype, data }] of states) {
    const values = allocate(dtype, data.length);
    values.set(data);
    await session.upload(name, values);
  }
  await session.run('train', steps);
  const values = await session.read(module.states.map(({ name }) => name));
  await session.dispose();
  return (name) => values[name];
}

function expectClose(
  got: ArrayLike<number>,
  expected: readonly number[],
  tolerance: number,
  what: string,
): void {
  expect(got.length, what).toBe(expected.length);
  expected.forEach((value, at) => {
    const error = Math.abs(got[at] - value) / Math.max(1, Math.abs(value));
    expect(error, `${what}[${at}]: ${got[at]} instead of ${value}`).toBeLessThan(tolerance);
  });
}
