import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { DEVICES, runOn } from '../../../tests/conformance/device.ts';
import { expectClose } from '../../../tests/conformance/op-harness.ts';
import { interpret } from '../../backends/reference/interpret.ts';
import { parseParams, type Params } from '../../core/fields.ts';
import { ndarray, type NdArray } from '../../core/ndarray.ts';
import { Builder, type Value } from '../../ir/builder.ts';
import type { State } from '../../ir/program.ts';
import { cast } from '../../ops/cast.ts';
import { scheduleOf, schedules } from '../catalogue.ts';

interface Golden {
  readonly schedule: string;
  readonly params: Params;
  /** Validation losses, for schedules that follow them: a rate after each. Otherwise there is a rate for each step. */
  readonly losses?: readonly number[];
  readonly rates: readonly number[];
}

const goldens: readonly Golden[] = JSON.parse(
  await readFile(new URL('../../../tests/goldens/schedules.json', import.meta.url), 'utf8'),
);

/** One program that gives the factors after all validations. */
function watchingProgram({ schedule, params, losses = [] }: Golden) {
  const record = scheduleOf(schedule);
  const b = new Builder('schedule');
  const parsed = parseParams(record.fields, params);
  expect(parsed.problems).toEqual([]);
  const given = { params: parsed.params, stepsPerEpoch: 1, steps: losses.length };
  const number = (name: string, value: number): Value => {
    const state: State = {
      name,
      type: { dtype: 'f32', shape: [] },
      role: 'counter',
      init: { kind: 'constant', value },
    };
    states.push(state);
    values.set(name, ndarray('f32', [], [value]));
    return b.read(state);
  };
  const states: State[] = [];
  const values = new Map<string, NdArray>();
  const first = Object.entries(record.watch!.first);
  let scalars = Object.fromEntries(first.map(([name, value]) => [name, number(name, value)]));
  losses.forEach((loss, at) => {
    const step = number(`step-${at}`, at);
    scalars = { ...record.watch!.advance(b, { ...given, scalars, loss: number(`loss-${at}`, loss) }) };
    b.output(`factor-${at}`, record.factor(b, { ...given, step, scalars }));
  });
  return { module: { states, programs: [b.finish()] }, values };
}

/** One program that gives the factors of all steps. */
function steppingProgram({ schedule, params, rates }: Golden) {
  const record = scheduleOf(schedule);
  const b = new Builder('schedule');
  const parsed = parseParams(record.fields, params);
  expect(parsed.problems).toEqual([]);
  const states = rates.map((_, at): State => {
    const step: State = {
      name: `step-${at}`,
      type: { dtype: 'u32', shape: [] },
      role: 'counter',
      init: { kind: 'zeros' },
    };
    const context = { params: parsed.params, stepsPerEpoch: 4, steps: rates.length, scalars: {} };
    b.output(`factor-${at}`, record.factor(b, { ...context, step: cast(b, b.read(step), 'f32') }));
    return step;
  });
  const values = new Map(states.map(({ name }, at) => [name, ndarray('u32', [], [at])]));
  return { module: { states, programs: [b.finish()] }, values };
}

describe.each(goldens)('$schedule, $params, as PyTorch', (golden) => {
  const { module, values } = golden.losses ? watchingProgram(golden) : steppingProgram(golden);
  const names = golden.rates.map((_, at) => `factor-${at}`);

  it('in the float64 interpreter', () => {
    const { outputs } = interpret(module.programs[0], values);
    expectClose(
      names.map((name) => outputs.get(name)!.data[0]),
      golden.rates,
      1e-9,
    );
  });

  it.each(DEVICES)('on %s', async (device) => {
    const read = await runOn(device, module, values, names);
    expectClose(
      names.map((name) => read.get(name)!.data[0]),
      golden.rates,
      1e-6,
    );
  });
});

it('has an example of every schedule', () => {
  expect(new Set(goldens.map(({ schedule }) => schedule))).toEqual(new Set(schedules.map(({ id }) => id)));
});
