import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { DEVICES, runOn } from '../../../tests/conformance/device.ts';
import { expectClose } from '../../../tests/conformance/op-harness.ts';
import { interpret } from '../../backends/reference/interpret.ts';
import { parseParams, type Params } from '../../core/fields.ts';
import { ndarray } from '../../core/ndarray.ts';
import { Builder } from '../../ir/builder.ts';
import type { State } from '../../ir/program.ts';
import { cast } from '../../ops/cast.ts';
import { scheduleOf, schedules } from '../catalogue.ts';

interface Golden {
  readonly schedule: string;
  readonly params: Params;
  readonly rates: readonly number[];
}

const goldens: readonly Golden[] = JSON.parse(
  await readFile(new URL('../../../tests/goldens/schedules.json', import.meta.url), 'utf8'),
);

/** WGSL asks of a cosine no more than this absolute error (WebGPU Shading Language, §15.7.4). */
const COSINE_ERROR = 2 ** -11;

/** One program that gives the factors of all steps. */
function programOf({ schedule, params, rates }: Golden) {
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
    const context = { params: parsed.params, stepsPerEpoch: 4, steps: rates.length };
    b.output(`factor-${at}`, record.factor(b, { ...context, step: cast(b, b.read(step), 'f32') }));
    return step;
  });
  const values = new Map(states.map(({ name }, at) => [name, ndarray('u32', [], [at])]));
  return { module: { states, programs: [b.finish()] }, values };
}

describe.each(goldens)('$schedule, $params, as PyTorch', (golden) => {
  const { module, values } = programOf(golden);
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
      COSINE_ERROR,
    );
  });
});

it('has an example of every schedule', () => {
  expect(new Set(goldens.map(({ schedule }) => schedule))).toEqual(new Set(schedules.map(({ id }) => id)));
});
