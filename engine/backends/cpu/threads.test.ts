import { expect, it } from 'vitest';
import { moduleOf, valuesOf } from '../../../tests/bench/model.ts';
import { WORKLOADS } from '../../../tests/bench/workloads.ts';
import { compileModule } from '../../passes/compile.ts';
import { createCpuExecutor } from '../../process/cpu.ts';
import { targetOf } from '../target.ts';

const module = moduleOf(WORKLOADS.cnn);
const parameters = module.states.filter(({ role }) => role === 'parameter').map(({ name }) => name);

/** The weights after some steps of training a convolutional network. */
async function trained(threads: number): Promise<readonly Buffer[]> {
  const executor = createCpuExecutor(threads);
  const session = await executor.load(compileModule(module, { target: targetOf(executor.device) }));
  for (const state of module.states) await session.upload(state.name, valuesOf(state, WORKLOADS.cnn));
  await session.run('train', 3);
  const read = await session.read(parameters);
  await executor.close();
  return parameters.map((name) => Buffer.from(read[name].buffer));
}

it('gives the same bits on one thread and on several', async () => {
  const [one, two, three] = await Promise.all([1, 2, 3].map(trained));
  expect(one.some((weights) => weights.some((byte) => byte !== 0))).toBe(true);
  parameters.forEach((name, at) => {
    expect(two[at].equals(one[at]), name).toBe(true);
    expect(three[at].equals(one[at]), name).toBe(true);
  });
});
