import { expect, it } from 'vitest';
import { cnn } from '../../../tests/bench/workloads.ts';
import { allocate } from '../../core/dtype.ts';
import { size } from '../../core/shape.ts';
import { uniform } from '../../core/random.ts';
import { compileModule } from '../../passes/compile.ts';
import { createCpuExecutor } from '../../process/cpu.ts';
import { targetOf } from '../target.ts';

const module = cnn();
const parameters = module.states.filter(({ role }) => role === 'parameter').map(({ name }) => name);

/** The weights after some steps of training a convolutional network. */
async function trained(threads: number): Promise<readonly Buffer[]> {
  const executor = createCpuExecutor(threads);
  const session = await executor.load(compileModule(module, { target: targetOf(executor.device) }));
  for (const [stream, { name, type, init }] of module.states.entries()) {
    const values = allocate(type.dtype, size(type.shape));
    const scale = init.kind === 'uniform' ? 2 * init.limit : init.kind === 'upload' ? 9 : 0;
    for (let at = 0; at < values.length; at++) {
      const drawn = uniform(1, stream, 0, at);
      values[at] = type.dtype === 'f32' ? (drawn - 0.5) * scale : Math.floor(drawn * scale);
    }
    await session.upload(name, values);
  }
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
