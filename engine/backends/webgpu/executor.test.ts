import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Builder, type Value } from '../../ir/builder.ts';
import type { State } from '../../ir/program.ts';
import { gather } from '../../ops/gather.ts';
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
