import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Builder, type Value } from '../../ir/builder.ts';
import type { State } from '../../ir/program.ts';
import { add } from '../../ops/add.ts';
import { gather } from '../../ops/gather.ts';
import { mul } from '../../ops/mul.ts';
import { compileModule } from '../../passes/compile.ts';
import type { Plan } from '../../passes/plan.ts';
import { createDawnExecutor } from './dawn.ts';
import type { WebGpuExecutor } from './executor.ts';
import { webgpuTarget } from './target.ts';

let executor: WebGpuExecutor;
beforeAll(async () => {
  executor = await createDawnExecutor();
});
afterAll(() => executor.close());

const state = (name: string, shape: readonly number[], dtype: 'f32' | 'i32' = 'f32'): State => ({
  name,
  type: { dtype, shape },
  role: 'data',
  init: { kind: 'upload' },
});

function compile(states: readonly State[], build: (b: Builder, ...inputs: Value[]) => Value): Plan {
  const b = new Builder('main');
  b.output('y', build(b, ...states.map((each) => b.read(each))));
  return compileModule(
    { states, programs: [b.finish()] },
    { target: webgpuTarget(executor.device), verify: true },
  );
}

describe('an index that only the data decide', () => {
  it.each([{ width: 1 }, { width: 3 }, { width: 4 }])(
    'reads the edge of a table of $width columns where it is outside',
    async ({ width }) => {
      const [table, rows] = [state('table', [5, width]), state('rows', [4], 'i32')];
      const session = await executor.load(compile([table, rows], gather));
      await session.upload(
        'table',
        Float32Array.from({ length: 5 * width }, (_, at) => at),
      );
      await session.upload('rows', Int32Array.of(2, 1_000_000_000 / width, -1_000_000_000 / width, 4));
      await session.run('main', 1);
      const { y } = await session.read(['y']);
      const rowsOf = Array.from({ length: 4 }, (_, at) => [...y.slice(at * width, (at + 1) * width)]);
      expect(rowsOf[0][0]).toBe(2 * width);
      expect(rowsOf[1].at(-1)).toBe(5 * width - 1);
      expect(rowsOf[2][0]).toBe(0);
      expect(rowsOf[3].at(-1)).toBe(5 * width - 1);
      await session.dispose();
    },
  );
});

describe('pipelines', () => {
  const x = state('x', [4]);
  const plus = (amount: number): Plan =>
    compile([x], (b, value) => {
      b.origin = `dense-${amount}`;
      return add(b, mul(b, value, 0.5), amount);
    });

  it('are compiled once on a device, whatever plan they come in', async () => {
    const before = { ...executor.compilations };
    const told: [number, number][] = [];
    const tell = (done: number, total: number): number => told.push([done, total]);
    const first = await executor.load(plus(1), tell);
    const again = await executor.load(plus(1), tell);
    const other = await executor.load(plus(2), tell);
    expect(executor.compilations).toEqual({ compiled: before.compiled + 2, reused: before.reused + 1 });
    expect(told).toEqual([
      [0, 1],
      [1, 1],
      [0, 0],
      [0, 1],
      [1, 1],
    ]);
    for (const session of [first, again, other]) {
      await session.upload('x', Float32Array.of(2, 4, 6, 8));
      await session.run('main', 1);
      await session.dispose();
    }
    const another = await createDawnExecutor();
    await (await another.load(plus(1))).dispose();
    expect(another.compilations).toEqual({ compiled: 1, reused: 0 });
    await another.close();
  });

  it('that the device refuses name the graph nodes they came from, and are tried again when mended', async () => {
    const sound = plus(3);
    const code = sound.kernels[0].code.replace('0.5f', 'half');
    const broken = { ...sound, kernels: [{ ...sound.kernels[0], code }] };
    for (let time = 0; time < 2; time++) {
      await expect(executor.load(broken)).rejects.toMatchObject({
        problem: { code: 'KERNEL_INVALID', where: 'dense-3', got: expect.stringContaining('half') },
      });
    }
    await (await executor.load(sound)).dispose();
  });

  it('that do not fit their buffers name the graph nodes they came from', async () => {
    const plan = plus(4);
    const [step] = plan.programs[0].steps;
    if (!('kernel' in step)) throw new Error('The plan has one dispatch.');
    const steps = [{ ...step, buffers: step.buffers.slice(1) }];
    const broken = { ...plan, programs: [{ ...plan.programs[0], steps }] };
    await expect(executor.load(broken)).rejects.toMatchObject({
      problem: { code: 'KERNEL_INVALID', where: 'dense-4' },
    });
  });
});
