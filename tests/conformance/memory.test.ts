import { describe, expect, it } from 'vitest';
import { targetOf } from '../../engine/backends/target.ts';
import type { Column, DatasetSchema } from '../../engine/core/dataset.ts';
import type { DeviceInfo } from '../../engine/core/device.ts';
import { allocate } from '../../engine/core/dtype.ts';
import { StrataError } from '../../engine/core/errors.ts';
import { uniform } from '../../engine/core/random.ts';
import { atOnce } from '../../engine/core/turns.ts';
import { size } from '../../engine/core/shape.ts';
import type { ModelDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import type { Module } from '../../engine/ir/program.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import { fitModule } from '../../engine/passes/fit.ts';
import type { Plan } from '../../engine/passes/plan.ts';
import { fitTraining, type TrainingOptions } from '../../engine/train/fit.ts';
import { initialValues } from '../../engine/train/initial.ts';
import { DEVICES, device, type DeviceName } from './device.ts';

/** What a small device does to a model: values are computed again where that is enough, and it is refused where it is not. */

interface Node {
  readonly id: string;
  readonly type: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

const STEPS = 3;
/** So many rows that values of the forward pass take most of the memory. */
const BATCHES: Readonly<Record<string, number>> = {
  'a stack of recurrences': 32,
  'an LSTM and attention behind convolutions': 32,
  'a deep MLP with dropout': 512,
  'a deep CNN with batch norm': 64,
};

const repeated = (count: number, block: (at: number) => readonly Node[]): Node[] =>
  Array.from({ length: count }, (_, at) => block(at)).flat();

const LABEL: Column = {
  name: 'y',
  role: 'target',
  kind: 'category',
  dtype: 'i32',
  shape: [],
  classes: ['a', 'b', 'c'],
  missing: 0,
};
const IMAGE: Column = {
  name: 'x',
  role: 'input',
  kind: 'image',
  dtype: 'u8',
  shape: [8, 8, 3],
  normalisation: { offset: [0], scale: [1 / 255] },
  missing: 0,
};
const HEAD: readonly Node[] = [
  { id: 'scores', type: 'dense', params: { units: 3 } },
  { id: 'loss', type: 'cross-entropy' },
];

const MODELS: Readonly<Record<string, readonly Node[]>> = {
  'a deep MLP with dropout': [
    { id: 'flatten', type: 'flatten' },
    ...repeated(12, (at) => [
      { id: `dense-${at}`, type: 'dense', params: { units: 24 } },
      { id: `gelu-${at}`, type: 'gelu' },
      { id: `dropout-${at}`, type: 'dropout', params: { rate: 0.1 } },
    ]),
    ...HEAD,
  ],
  'a deep CNN with batch norm': [
    ...repeated(8, (at) => [
      { id: `conv-${at}`, type: 'conv2d', params: { filters: 8, padding: 'same' } },
      { id: `norm-${at}`, type: 'batch-norm' },
      { id: `relu-${at}`, type: 'relu' },
    ]),
    { id: 'pool', type: 'global-avg-pool2d' },
    ...HEAD,
  ],
};
/** With what cannot be computed again, and is only stored smaller: the results of a recurrence. */
const MIXED_MODELS: typeof MODELS = {
  ...MODELS,
  'an LSTM and attention behind convolutions': [
    ...repeated(3, (at) => [
      { id: `conv-${at}`, type: 'conv2d', params: { filters: 8, padding: 'same' } },
      { id: `relu-${at}`, type: 'relu' },
    ]),
    { id: 'sequence', type: 'reshape', params: { shape: [16, 32] } },
    { id: 'lstm', type: 'lstm', params: { units: 16, sequences: true } },
    { id: 'attention', type: 'multi-head-attention', params: { heads: 2 } },
    { id: 'norm', type: 'layer-norm' },
    { id: 'flatten', type: 'flatten' },
    ...HEAD,
  ],
  'a stack of recurrences': [
    { id: 'sequence', type: 'reshape', params: { shape: [24, 8] } },
    ...repeated(2, (at) => [
      { id: `lstm-${at}`, type: 'lstm', params: { units: 16, sequences: true } },
      { id: `gru-${at}`, type: 'gru', params: { units: 16, sequences: at === 0 } },
    ]),
    ...HEAD,
  ],
};

const PORTS: Readonly<Record<string, string>> = { loss: 'prediction', attention: 'query' };

function trainingOf(
  name: string,
  batchSize = BATCHES[name],
): { document: ModelDocument; schema: DatasetSchema } {
  const nodes = [{ id: 'input', type: 'input' }, ...MIXED_MODELS[name]];
  const edges = nodes.slice(1).map(({ id }, at) => ({
    from: { node: nodes[at].id, port: 'output' },
    to: { node: id, port: PORTS[id] ?? 'input' },
  }));
  const training = { optimizer: { type: 'adam', params: {} }, epochs: 1, batchSize, seed: 3, l2: 0 };
  const document = parseDocument({ format: 'strata', version: 1, name: 'model', nodes, edges, training });
  const rows = { train: STEPS * BATCHES[name], validation: 0, test: 0 };
  return { document, schema: { version: 1, name: 'data', columns: [IMAGE, LABEL], rows } };
}

const mixed = (name: string, info: DeviceInfo) => {
  const { document, schema } = trainingOf(name);
  const training = { ...document.training, precision: 'mixed' } as const;
  return fit({ document: { ...document, training }, schema, device: info });
};

const fit = (options: TrainingOptions) => atOnce(fitTraining(options));

const unlimited = (name: string, device: DeviceInfo) => fit({ ...trainingOf(name), device });

/** Losses of all steps, and the weights after them. */
async function train(name: DeviceName, { states }: Module, plan: Plan, steps = STEPS, program = 'train') {
  const session = await (await device(name)).load(plan);
  for (const state of states) {
    const values = allocate(state.type.dtype, size(state.type.shape));
    const below = state.name.includes('target') ? 3 : 255;
    const drawn = values.map((_, at) => Math.floor(below * uniform(1, 2, 3, at)));
    const order = values.map((_, at) => at);
    const data = state.name === 'data.train.order' ? order : drawn;
    const start = state.role === 'data' ? data : initialValues(state, 3);
    await session.upload(state.name, state.name === 'learning-rate' ? Float32Array.of(0.001) : start);
  }
  await session.run(program, steps);
  const weights = states.filter(
    ({ role }) => role === 'parameter' || role === 'statistic' || role === 'optimizer',
  );
  const read = await session.read(['metric.train.loss', ...weights.map(({ name }) => name)]);
  const { allocatedBytes } = session;
  await session.dispose();
  return { read, allocatedBytes };
}

describe.each(Object.keys(MODELS))('%s', (name) => {
  it.each(DEVICES)('takes the same steps in less memory on %s', async (deviceName) => {
    const { device: info } = await device(deviceName);
    const whole = unlimited(name, info);
    expect(whole.recomputed).toBeUndefined();
    const { module } = whole.training;
    const room = { total: Math.floor(0.6 * whole.plan.peakBytes), buffer: info.maxBufferBytes };
    const fitted = atOnce(fitModule(module, { target: targetOf(info), verify: true }, room))!;
    expect(fitted.plan.peakBytes).toBeLessThanOrEqual(room.total);
    expect(fitted.recomputed!.nodes).toBeGreaterThan(1);
    expect(fitted.recomputed!.work).toBeLessThan(0.4);
    const before = await train(deviceName, module, whole.plan);
    const after = await train(deviceName, module, fitted.plan);
    const losses = before.read['metric.train.loss'];
    expect(new Set(losses.slice(0, STEPS)).size).toBe(STEPS);
    expectSame(before.read, after.read);
    // The processor's memory has whole pages, and some of the threads' own.
    const slack = deviceName === 'WebGPU' ? 0 : before.allocatedBytes - whole.plan.peakBytes + 65_536;
    expect(after.allocatedBytes).toBeLessThanOrEqual(fitted.plan.peakBytes + slack);
  });

  it.each(DEVICES)('recomputes no more than it takes on %s', async (deviceName) => {
    const { device: info } = await device(deviceName);
    const { training, plan } = unlimited(name, info);
    const work = [0.9, 0.65].map((share) => {
      const room = { total: Math.floor(plan.peakBytes * share), buffer: info.maxBufferBytes };
      return atOnce(fitModule(training.module, { target: targetOf(info) }, room))!.recomputed!.work;
    });
    expect(work[0]).toBeLessThan(work[1]);
  });

  it.each(DEVICES)('is refused by %s where it cannot fit, with a batch size that can', async (deviceName) => {
    const { device: info } = await device(deviceName);
    const { plan } = unlimited(name, info);
    const memoryLimit = Math.floor(plan.peakBytes / 4);
    const error = refusal(() => fit({ ...trainingOf(name), device: info, memoryLimit }));
    expect(error.problem.code).toBe('DEVICE_MEMORY');
    expect(error.problem.got).toMatch(/^[\d.]+ [KM]iB needed, [\d.]+ [KM]iB too much$/);
    expect(error.problem.where).toMatch(/^most of it in .+ \([\d.]+ [KM]iB\), /);
    const [, batch] = /batch size to (\d+) or less/.exec(error.problem.fix!)!;
    expect(Number(batch)).toBeGreaterThan(0);
    const smaller = fit({ ...trainingOf(name, Number(batch)), device: info, memoryLimit });
    expect(smaller.plan.peakBytes).toBeLessThanOrEqual(memoryLimit);
    expect(smaller.recomputed).toBeUndefined();
  });

  it.each(DEVICES)('computes again where mixed precision is not enough on %s', async (deviceName) => {
    const { device: info } = await device(deviceName);
    const { training, plan } = mixed(name, info);
    const room = { total: Math.floor(0.95 * plan.peakBytes), buffer: info.maxBufferBytes };
    const fitted = atOnce(fitModule(training.module, { target: targetOf(info), verify: true }, room))!;
    expect(fitted.recomputed!.work).toBeGreaterThan(0);
    const before = await train(deviceName, training.module, plan);
    const after = await train(deviceName, training.module, fitted.plan);
    expectSame(before.read, after.read);
  });
});

describe.each(Object.keys(MIXED_MODELS))('%s with mixed precision', (name) => {
  it.each(DEVICES)('keeps less, and takes nearly the same steps on %s', async (deviceName) => {
    const { device: info } = await device(deviceName);
    const [whole, halved] = [unlimited(name, info), mixed(name, info)];
    expect(halved.plan.peakBytes).toBeLessThan(0.8 * whole.plan.peakBytes);
    const before = await train(deviceName, whole.training.module, whole.plan);
    const after = await train(deviceName, halved.training.module, halved.plan);
    const [losses, others] = [before, after].map(({ read }) => read['metric.train.loss'].slice(0, STEPS));
    // The forward pass is the same as long as the weights are.
    expect(others[0]).toBeCloseTo(losses[0], 6);
    for (const [at, loss] of losses.entries()) expect(Math.abs(others[at] - loss)).toBeLessThan(0.01 * loss);
  });

  it.each(DEVICES)('has gradients that err by no more than 16 bits explain on %s', async (deviceName) => {
    const { device: info } = await device(deviceName);
    const [whole, halved] = [unlimited(name, info), mixed(name, info)];
    const before = await train(deviceName, whole.training.module, whole.plan, 1);
    const after = await train(deviceName, halved.training.module, halved.plan, 1);
    // After one step, Adam's first moment is a tenth of the gradient.
    const moments = Object.keys(before.read).filter((state) => state.endsWith('kernel.adam.mean'));
    expect(moments.length).toBeGreaterThan(3);
    let largest = 0;
    for (const moment of moments) {
      const [exact, rounded] = [before, after].map(({ read }) => Array.from(read[moment]));
      const norm = Math.hypot(...exact);
      const error = Math.hypot(...exact.map((value, at) => value - rounded[at]));
      expect(norm).toBeGreaterThan(0);
      expect(error, moment).toBeLessThan(0.01 * norm);
      largest = Math.max(largest, error / norm);
    }
    // Otherwise nothing was rounded.
    expect(largest).toBeGreaterThan(1e-5);
  });
});

it.each(DEVICES)(
  'every program that is too large is computed again on %s, and no other',
  async (deviceName) => {
    const { device: info } = await device(deviceName);
    const name = 'a deep MLP with dropout';
    const short = trainingOf(name, BATCHES[name] / 8);
    const [whole, part] = [unlimited(name, info), fit({ ...short, device: info })];
    // As with length buckets: programs over the same states, the largest first.
    const { states, programs } = whole.training.module;
    const [large, small] = [programs[0], part.training.module.programs[0]];
    const module = { states, programs: [large, { ...large, name: 'again' }, { ...small, name: 'short' }] };
    const options = { target: targetOf(info), verify: true };
    const plan = compileModule(module, options);
    const room = { total: Math.floor(0.7 * plan.peakBytes), buffer: info.maxBufferBytes };
    const fitted = atOnce(fitModule(module, options, room))!;
    expect(fitted.plan.peakBytes).toBeLessThanOrEqual(room.total);
    const more = fitted.plan.programs.map(({ flops }, at) => flops / plan.programs[at].flops);
    expect(more[0]).toBeGreaterThan(1);
    expect(more[1]).toBeGreaterThan(1);
    expect(more[2]).toBe(1);
    expect(fitted.recomputed!.work).toBeCloseTo((more[0] + more[1]) / 2 - 1, 10);
    const before = await train(deviceName, whole.training.module, whole.plan);
    for (const program of ['train', 'again'])
      expectSame(before.read, (await train(deviceName, module, fitted.plan, STEPS, program)).read);
  },
);

it.each(DEVICES)('a model of which not one row fits is refused by %s in these words', async (deviceName) => {
  const { device: info } = await device(deviceName);
  const options = { ...trainingOf('a deep MLP with dropout'), device: info, memoryLimit: 4096 };
  expect(refusal(() => fit(options)).problem.fix).toContain('Not even one row');
});

it.each(DEVICES)('a buffer that is too large for %s is named with its node', async (deviceName) => {
  const { device: info } = await device(deviceName);
  const small = { ...info, maxBufferBytes: 16_384 };
  const { problem } = refusal(() => fit({ ...trainingOf('a deep CNN with batch norm'), device: small }));
  expect(problem).toMatchObject({ code: 'DEVICE_MEMORY', expected: 'at most 16 KiB' });
  expect(problem.where).toMatch(/conv|relu|data/);
});

it('a plan of more than WebAssembly addresses is refused before anything is allocated', async () => {
  const { device: info } = await device('the processor');
  const wide = { id: 'dense-0', type: 'dense', params: { units: 65_536 } };
  const nodes = [{ id: 'input', type: 'input' }, { id: 'flatten', type: 'flatten' }, wide, ...HEAD];
  const document = parseDocument({
    ...trainingOf('a deep MLP with dropout', 16_384).document,
    nodes,
    edges: nodes.slice(1).map(({ id }, at) => ({
      from: { node: nodes[at].id, port: 'output' },
      to: { node: id, port: id === 'loss' ? 'prediction' : 'input' },
    })),
  });
  const { schema } = trainingOf('a deep MLP with dropout');
  const rows = { train: 16_384, validation: 0, test: 0 };
  const { problem } = refusal(() => fit({ document, schema: { ...schema, rows }, device: info }));
  expect(problem.code).toBe('DEVICE_MEMORY');
  expect(problem.fix).toMatch(/batch size to \d+ or less/);
});

it('compiles as without a limit where everything fits', async () => {
  const { device: info } = await device('the processor');
  const { training, plan } = unlimited('a deep MLP with dropout', info);
  expect(plan).toEqual(compileModule(training.module, { target: targetOf(info) }));
});

type Read = Readonly<Record<string, ArrayLike<number>>>;

function expectSame(before: Read, after: Read): void {
  for (const [tensor, values] of Object.entries(before)) {
    const apart = Array.from(values, (value, at) => Math.abs(value - after[tensor][at]));
    expect(Math.max(...apart), tensor).toBeLessThan(1e-6);
  }
}

function refusal(work: () => unknown): StrataError {
  try {
    work();
  } catch (error) {
    if (error instanceof StrataError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}
