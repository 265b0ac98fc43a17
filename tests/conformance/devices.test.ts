import { beforeAll, describe, expect, it } from 'vitest';
import { allocate, type DType } from '../../engine/core/dtype.ts';
import { ndarray, type NdArray } from '../../engine/core/ndarray.ts';
import { uniform } from '../../engine/core/random.ts';
import { size } from '../../engine/core/shape.ts';
import { Builder, type Value } from '../../engine/ir/builder.ts';
import type { Module, State } from '../../engine/ir/program.ts';
import { add } from '../../engine/ops/add.ts';
import { argmax } from '../../engine/ops/argmax.ts';
import { concat } from '../../engine/ops/concat.ts';
import { cast } from '../../engine/ops/cast.ts';
import { conv2d } from '../../engine/ops/conv2d.ts';
import { conv2dInputGradient } from '../../engine/ops/conv2d-input-gradient.ts';
import { conv2dKernelGradient } from '../../engine/ops/conv2d-kernel-gradient.ts';
import { div } from '../../engine/ops/div.ts';
import { exp } from '../../engine/ops/exp.ts';
import { gather } from '../../engine/ops/gather.ts';
import { matmul } from '../../engine/ops/matmul.ts';
import { maxPool2d } from '../../engine/ops/max-pool2d.ts';
import { maximum } from '../../engine/ops/max.ts';
import { mul } from '../../engine/ops/mul.ts';
import { random } from '../../engine/ops/random.ts';
import { max } from '../../engine/ops/reduce-max.ts';
import { sum } from '../../engine/ops/reduce-sum.ts';
import { reshape } from '../../engine/ops/reshape.ts';
import { sub } from '../../engine/ops/sub.ts';
import { tanh } from '../../engine/ops/tanh.ts';
import { transpose } from '../../engine/ops/transpose.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import type { Plan } from '../../engine/passes/plan.ts';
import type { Executor } from '../../engine/backends/executor.ts';
import { interpret } from '../../engine/backends/reference/interpret.ts';
import { targetOf } from '../../engine/backends/target.ts';
import { DEVICES, device, openDevice } from './device.ts';

function state(name: string, shape: readonly number[], dtype: DType = 'f32'): State {
  return { name, type: { dtype, shape }, role: 'parameter', init: { kind: 'upload' } };
}

/** Values that are exact in float32, so that both sides start from the same numbers. */
function valuesFor({ name, type: { dtype, shape } }: State): NdArray {
  const range = dtype === 'u8' ? 256 : 4;
  const data = Float64Array.from({ length: size(shape) }, (_, index) => {
    const value = uniform(name.length, name.charCodeAt(0), 1, index);
    return dtype === 'f32' ? Math.fround(2 * value - 1) : Math.floor(value * range);
  });
  return ndarray(dtype, shape, data);
}

describe.each(DEVICES)('on %s', (name) => {
  let executor: Executor;
  beforeAll(async () => {
    executor = await device(name);
  });

  function compile(states: readonly State[], build: (b: Builder) => void): { module: Module; plan: Plan } {
    const b = new Builder('test');
    build(b);
    const module = { states, programs: [b.finish()] };
    return { module, plan: compileModule(module, { target: targetOf(executor.device), verify: true }) };
  }

  /** Runs a program on the device and in the float64 reference; compares all outputs and written states. */
  async function check(
    states: readonly State[],
    build: (b: Builder) => void,
    { tolerance = 1e-5, kernels }: { tolerance?: number; kernels?: number } = {},
  ): Promise<void> {
    const { module, plan } = compile(states, build);
    if (kernels !== undefined) expect(plan.programs[0].steps).toHaveLength(kernels);
    const inputs = new Map(states.map((each) => [each.name, valuesFor(each)]));
    const session = await executor.load(plan);
    for (const { name, type } of states) {
      const data = allocate(type.dtype, size(type.shape));
      data.set(inputs.get(name)!.data);
      await session.upload(name, data);
    }
    await session.run('test', 1);
    const expected = interpret(module.programs[0], inputs);
    const wanted = new Map([...expected.writes, ...expected.outputs]);
    const actual = await session.read([...wanted.keys()]);
    for (const [name, { data }] of wanted) {
      const scale = Math.max(1, ...data.map(Math.abs));
      expect(actual[name], name).toHaveLength(data.length);
      const worst = data.reduce((most, value, at) => Math.max(most, Math.abs(value - actual[name][at])), 0);
      expect(worst / scale, name).toBeLessThan(tolerance);
    }
    await session.dispose();
  }

  describe('elementwise kernels', () => {
    it('fuses a chain into one kernel and broadcasts', async () => {
      const [x, bias] = [state('x', [6, 5]), state('bias', [5])];
      await check(
        [x, bias],
        (b) => b.output('y', maximum(b, add(b, mul(b, b.read(x), 3), b.read(bias)), 0)),
        {
          kernels: 1,
        },
      );
    });

    it('writes a state in place, and copies where another kernel still needs the old value', async () => {
      const [x, y] = [state('x', [4, 4]), state('y', [4, 4])];
      await check(
        [x, y],
        (b) => {
          b.write(x, add(b, b.read(x), 1));
          b.write(y, transpose(b, b.read(y), [1, 0]));
        },
        { kernels: 3 },
      );
    });

    it('adds up and joins more tensors than a kernel has buffers', async () => {
      const states = Array.from({ length: 40 }, (_, at) => state(`x${at}`, [3]));
      await check(states, (b) => {
        const values = states.map((each) => b.read(each));
        b.output(
          'sum',
          values.reduce((total, value) => add(b, total, value)),
        );
        b.output('joined', concat(b, values, 0));
        const norms = values.map((value) => sum(b, mul(b, value, value)));
        b.output(
          'norm',
          norms.reduce((total, norm) => add(b, total, norm)),
        );
      });
    });

    it('exchanges two states', async () => {
      const [x, y] = [state('x', [3]), state('yy', [3])];
      await check([x, y], (b) => {
        b.write(x, b.read(y));
        b.write(y, b.read(x));
      });
    });

    it('keeps the old value of a state that is overwritten as an output', async () => {
      const x = state('x', [3]);
      await check([x], (b) => {
        b.output('old', b.read(x));
        b.write(x, mul(b, b.read(x), 2));
      });
    });

    it('reads bytes, gathers rows and makes the reference’s random numbers', async () => {
      const [data, order] = [state('data', [9, 8], 'u8'), state('order', [4], 'i32')];
      const [seed, step] = [state('seed', [], 'u32'), state('step', [], 'u32')];
      await check([data, order, seed, step], (b) => {
        b.output('rows', mul(b, cast(b, gather(b, b.read(data), b.read(order)), 'f32'), 1 / 255));
        b.output('noise', random(b, b.read(seed), b.read(step), 5, [7, 3]));
      });
    });

    it('convolves and multiplies gathered bytes, which no kernel writes', async () => {
      const [data, order] = [state('data', [5, 4, 4, 2], 'u8'), state('order', [3], 'i32')];
      const [filters, weights] = [state('filters', [3, 3, 2, 3]), state('weights', [32, 6])];
      await check([data, order, filters, weights], (b) => {
        const images = cast(b, gather(b, b.read(data), b.read(order)), 'f32');
        const window = { stride: [1, 1], dilation: [1, 1], padding: [1, 1, 1, 1] } as const;
        b.output('maps', conv2d(b, images, b.read(filters), window));
        b.output('products', matmul(b, reshape(b, images, [3, 32]), b.read(weights)));
      });
    });
  });

  describe('reductions', () => {
    it.each([[[33, 20]], [[8, 16]], [[5, 7]], [[1, 3]]])(
      'sums, maxima and first maxima of %j',
      async (shape) => {
        const x = state('x', shape);
        await check([x], (b) => {
          const value = b.read(x);
          b.output('rows', sum(b, value, [1]));
          b.output('columns', sum(b, value, [0]));
          b.output('all', sum(b, mul(b, value, value)));
          b.output('max', max(b, value, [1]));
          b.output('argmax', argmax(b, value, 1));
        });
      },
    );

    it('splits a long sum', async () => {
      const x = state('x', [6000, 3]);
      await check([x], (b) => b.output('y', sum(b, b.read(x))), { kernels: 2 });
    });

    it('computes a softmax', async () => {
      const x = state('x', [16, 10]);
      await check([x], (b) => {
        const e = exp(b, sub(b, b.read(x), reshape(b, max(b, b.read(x), [1]), [16, 1])));
        b.output('y', div(b, e, reshape(b, sum(b, e, [1]), [16, 1])));
      });
    });
  });

  describe('contractions', () => {
    it('runs bias and activation in the kernel of the product, and stores both results that are needed', async () => {
      const [x, w, bias] = [state('x', [32, 20]), state('w', [20, 64]), state('bias', [64])];
      await check(
        [x, w, bias],
        (b) => {
          const before = add(b, matmul(b, b.read(x), b.read(w)), b.read(bias));
          b.output('before', before);
          b.output('after', tanh(b, before));
        },
        { kernels: 1 },
      );
    });

    const extents = [1, 3, 4, 10, 33, 64];
    const cases = extents.flatMap((m, at) => [
      { m, k: extents[(at + 1) % 6], n: extents[(at + 3) % 6] },
      { m, k: extents[(at + 4) % 6], n: extents[(at + 2) % 6] },
    ]);
    it.each(cases)('multiplies $m × $k by $k × $n, transposed or not', async ({ m, k, n }) => {
      const [x, xt] = [state('x', [m, k]), state('xt', [k, m])];
      const [w, wt] = [state('w', [k, n]), state('wt', [n, k])];
      await check([x, xt, w, wt], (b) => {
        const product = (left: Value, right: Value, transposeLeft: boolean, transposeRight: boolean): Value =>
          matmul(b, left, right, { transposeLeft, transposeRight });
        b.output('plain', product(b.read(x), b.read(w), false, false));
        b.output('left', product(b.read(xt), b.read(w), true, false));
        b.output('right', product(b.read(x), b.read(wt), false, true));
        b.output('both', product(b.read(xt), b.read(wt), true, true));
      });
    });

    it('multiplies batches of matrices', async () => {
      const [x, w] = [state('x', [3, 5, 8]), state('w', [3, 8, 12])];
      await check([x, w], (b) => b.output('y', matmul(b, b.read(x), b.read(w))));
    });

    it('splits a long product with a small result', async () => {
      const [x, w] = [state('x', [4, 5000]), state('w', [5000, 4])];
      await check([x, w], (b) => b.output('y', add(b, matmul(b, b.read(x), b.read(w)), 1)), { kernels: 2 });
    });

    it('updates a weight in place at the end of the product that makes its gradient', async () => {
      const [x, g, w] = [state('x', [32, 12]), state('g', [32, 8]), state('w', [12, 8])];
      await check(
        [x, g, w],
        (b) => {
          const gradient = matmul(b, b.read(x), b.read(g), { transposeLeft: true });
          b.write(w, sub(b, b.read(w), mul(b, gradient, 0.1)));
          b.output('back', matmul(b, b.read(g), b.read(w), { transposeRight: true }));
        },
        { kernels: 2 },
      );
    });

    const window = { stride: [1, 1], dilation: [1, 1], padding: [1, 1, 1, 1] } as const;
    it.each([
      { channels: 1, filters: 8, window },
      { channels: 8, filters: 12, window },
      { channels: 3, filters: 5, window: { ...window, stride: [2, 1] as const, dilation: [1, 2] as const } },
    ])('convolves $channels channels to $filters with $window', async ({ channels, filters, window: at }) => {
      const [x, kernel] = [state('x', [4, 9, 8, channels]), state('kernel', [3, 3, channels, filters])];
      await check([x, kernel], (b) => {
        const y = conv2d(b, b.read(x), b.read(kernel), at);
        b.output('y', y);
        b.output('dx', conv2dInputGradient(b, tanh(b, y), b.read(kernel), x.type.shape, at));
        b.output('dk', conv2dKernelGradient(b, b.read(x), tanh(b, y), kernel.type.shape, at));
        const pooling = { size: [2, 2], stride: [2, 2], dilation: [1, 1], padding: [0, 0, 0, 0] } as const;
        const flat = maxPool2d(b, maximum(b, y, 0), pooling);
        b.output('flat', reshape(b, flat, [4, size(flat.type.shape) / 4]));
      });
    });
  });

  describe('executor', () => {
    it('says which graph nodes a refused kernel came from', async () => {
      const x = state('x', [4]);
      const { plan } = compile([x], (b) => {
        b.origin = 'dense-1';
        b.output('y', add(b, b.read(x), 1));
      });
      const broken = { ...plan, kernels: plan.kernels.map((kernel) => ({ ...kernel, code: 'no code' })) };
      await expect(executor.load(broken)).rejects.toMatchObject({
        problem: { code: 'KERNEL_INVALID', where: 'dense-1' },
      });
    });

    it('says how many bytes a buffer needs that no device has', async () => {
      const x = state('x', [4]);
      const { plan } = compile([x], (b) => b.output('y', add(b, b.read(x), 1)));
      const huge = { ...plan, buffers: [...plan.buffers, { bytes: 2 ** 40, label: 'huge' }] };
      await expect(executor.load(huge)).rejects.toMatchObject({
        problem: { code: 'DEVICE_MEMORY', where: 'huge', got: '1 TiB needed' },
      });
    });

    it('rejects values that do not fit a state and names that do not exist', async () => {
      const x = state('x', [4]);
      const { plan } = compile([x], (b) => b.output('y', add(b, b.read(x), 1)));
      const session = await executor.load(plan);
      await expect(session.upload('x', new Float32Array(5))).rejects.toMatchObject({
        code: 'UPLOAD_MISMATCH',
      });
      await expect(session.read(['z'])).rejects.toMatchObject({ code: 'PLAN_NAME' });
      await session.dispose();
    });

    it('reports the loss of its device', async () => {
      const other = await openDevice(name);
      await other.close();
      expect(await other.lost).toBeTypeOf('string');
    });
  });
});
