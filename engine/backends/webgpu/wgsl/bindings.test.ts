import { expect, it } from 'vitest';
import { device } from '../../../../tests/conformance/device.ts';
import { ndarray } from '../../../core/ndarray.ts';
import { uniform } from '../../../core/random.ts';
import { Builder } from '../../../ir/builder.ts';
import type { Module, State } from '../../../ir/program.ts';
import { add } from '../../../ops/add.ts';
import { concat } from '../../../ops/concat.ts';
import { slice } from '../../../ops/slice.ts';
import { compileModule } from '../../../passes/compile.ts';
import { interpret } from '../../reference/interpret.ts';
import { webgpuTarget } from '../target.ts';

const SOURCES = 6;
/** Bindings that the device is said to have: enough for every buffer once and two of them twice. */
const LIMIT = SOURCES + 1 + 2;

/** Six values that are read by vector in one half of the result and, moved by one, by element in the other. */
function build(): Module {
  const b = new Builder('main');
  const states = Array.from({ length: SOURCES }, (_, at): State => ({
    name: `x${at}`,
    type: { dtype: 'f32', shape: [16] },
    role: 'data',
    init: { kind: 'upload' },
  }));
  const sum = (from: number) =>
    states.map((state) => slice(b, b.read(state), [from], [from + 8])).reduce((a, c) => add(b, a, c));
  b.output('y', concat(b, [sum(0), sum(7)], 0));
  return { states, programs: [b.finish()] };
}

it('a kernel never has more bindings than the device allows, however its buffers are read', async () => {
  const module = build();
  const executor = await device('WebGPU');
  const target = webgpuTarget({ ...executor.device, maxBuffersPerKernel: LIMIT });
  const plan = compileModule(module, { target, verify: true });
  const bindings = plan.kernels.map(({ code }) => code.match(/@binding/g)!.length);
  expect(bindings).toEqual([LIMIT]);
  const values = new Map(
    module.states.map(({ name }, at) => [
      name,
      ndarray(
        'f32',
        [16],
        Float32Array.from({ length: 16 }, (_, index) => uniform(1, 1, at, index)),
      ),
    ]),
  );
  const session = await executor.load(plan);
  for (const [name, { data }] of values) await session.upload(name, Float32Array.from(data));
  await session.run('main', 1);
  const { y } = await session.read(['y']);
  await session.dispose();
  const expected = interpret(module.programs[0], values).outputs.get('y')!.data;
  expected.forEach((value, at) => expect(y[at]).toBeCloseTo(value, 5));
});
