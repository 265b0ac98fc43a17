import type { Executor } from '../../engine/backends/executor.ts';
import { createDawnExecutor } from '../../engine/backends/webgpu/dawn.ts';
import type { DatasetSchema } from '../../engine/core/dataset.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { Predictor, buildPrediction } from '../../engine/inference/predictor.ts';
import { candidates } from '../../engine/inference/sampling.ts';
import { StepScorer } from '../../engine/inference/step-scorer.ts';
import { findStream } from '../../engine/inference/stream.ts';
import type { TrainedModel } from '../../engine/inference/trained-model.ts';
import { createCpuExecutor } from '../../engine/process/cpu.ts';
import { initialValues } from '../../engine/train/initial.ts';

/**
 * Tokens per second, with what was seen kept on the device and without: `npm run bench:generate`, `-- gpu` for the graphics
 * card. Each figure is the best of several stretches of tokens, taken in turn.
 */

const LENGTH = 256;
const VOCABULARY = 64;
const WIDTH = 64;
const STRETCHES = 5;
const STRETCH = 32;

type Node = { readonly id: string; readonly type: string; readonly params?: Record<string, unknown> };

const wire = (from: string, node: string, port = 'input') => ({
  from: { node: from, port: 'output' },
  to: { node, port },
});
const chain = (...ids: readonly string[]) => ids.slice(1).map((id, at) => wire(ids[at], id));

function block(n: number, input: string) {
  const nodes: Node[] = [
    { id: `norm-${n}`, type: 'layer-norm' },
    { id: `look-${n}`, type: 'multi-head-attention', params: { heads: 4, causal: true, rotary: true } },
    { id: `seen-${n}`, type: 'add' },
    { id: `second-norm-${n}`, type: 'layer-norm' },
    { id: `widen-${n}`, type: 'dense', params: { units: 4 * WIDTH } },
    { id: `gelu-${n}`, type: 'gelu' },
    { id: `narrow-${n}`, type: 'dense', params: { units: WIDTH } },
    { id: `block-${n}`, type: 'add' },
  ];
  const edges = [
    wire(input, `norm-${n}`),
    wire(`norm-${n}`, `look-${n}`, 'query'),
    wire(input, `seen-${n}`, 'inputs'),
    wire(`look-${n}`, `seen-${n}`, 'inputs'),
    ...chain(`seen-${n}`, `second-norm-${n}`, `widen-${n}`, `gelu-${n}`, `narrow-${n}`),
    wire(`seen-${n}`, `block-${n}`, 'inputs'),
    wire(`narrow-${n}`, `block-${n}`, 'inputs'),
  ];
  return { nodes, edges };
}

const lstm = (id: string): Node => ({ id, type: 'lstm', params: { units: 128, sequences: true } });
const blocks = [block(1, 'table'), block(2, 'block-1')];
const BODIES = {
  'embedding 64, 2 × LSTM 128': {
    nodes: [lstm('one'), lstm('two')],
    edges: chain('table', 'one', 'two'),
    last: 'two',
  },
  'Transformer, 2 blocks of width 64, 4 heads': {
    nodes: blocks.flatMap(({ nodes }) => nodes),
    edges: blocks.flatMap(({ edges }) => edges),
    last: 'block-2',
  },
};

const schema: DatasetSchema = {
  version: 1,
  name: 'text',
  columns: [
    {
      name: 'text',
      role: 'input',
      kind: 'text',
      dtype: 'i32',
      shape: [LENGTH],
      classes: Array.from({ length: VOCABULARY }, (_, at) => String.fromCharCode(48 + at)),
      missing: 0,
    },
  ],
  rows: { train: 0, validation: 0, test: 0 },
};

/** A model as it is before training: how fast it is does not depend on what it knows. */
function modelOf({ nodes, edges, last }: (typeof BODIES)[keyof typeof BODIES]): TrainedModel {
  const document = parseDocument({
    format: 'strata',
    version: 1,
    name: 'bench',
    nodes: [
      { id: 'tokens', type: 'input', params: { encoding: 'indices' } },
      { id: 'table', type: 'embedding', params: { dimensions: WIDTH } },
      ...nodes,
      { id: 'scores', type: 'dense', params: { units: VOCABULARY } },
      { id: 'output', type: 'output' },
    ],
    edges: [...chain('tokens', 'table'), ...edges, ...chain(last, 'scores', 'output')],
    training: { optimizer: { type: 'adam', params: {} }, epochs: 1, batchSize: 1, seed: 1, l2: 0 },
  });
  const { weights } = buildPrediction({ document, schema, weights: new Map() }, 1);
  const tensors = weights.map(({ state }) => {
    const { name, type } = state;
    return [name, { name, ...type, data: initialValues(state, 1) }] as const;
  });
  return { document, schema, weights: new Map(tensors) };
}

type Step = (token: number, position: number) => Promise<ArrayLike<number>>;

async function kept(model: TrainedModel, executor: Executor): Promise<Step> {
  const scorer = await StepScorer.load(model, findStream(model), executor, 1);
  await scorer.begin();
  return async (token) => {
    await scorer.take(Int32Array.of(token));
    return scorer.scores();
  };
}

async function anew(model: TrainedModel, executor: Executor): Promise<Step> {
  const predictor = await Predictor.load(model, executor, 1);
  const [input] = predictor.inputs;
  const text = new Int32Array(LENGTH);
  return async (token, position) => {
    text[position] = token;
    await predictor.upload(input, text);
    const { output } = await predictor.run();
    return output.subarray(position * VOCABULARY, (position + 1) * VOCABULARY);
  };
}

/** Tokens per second of a stretch, chosen greedily. */
async function stretch(step: Step, from: number): Promise<number> {
  const start = performance.now();
  for (let token = 1, position = from; position < from + STRETCH; position++)
    token = candidates(await step(token, position), { temperature: 0, topK: 0, topP: 1 })[0].choice;
  return (STRETCH * 1000) / (performance.now() - start);
}

const executor = process.argv.includes('gpu') ? await createDawnExecutor() : createCpuExecutor();
console.log(`${executor.device.name}, batch 1, length ${LENGTH}; tokens per second`);
for (const [name, body] of Object.entries(BODIES)) {
  const model = modelOf(body);
  const ways = [await kept(model, executor), await anew(model, executor)];
  const best = [0, 0];
  for (let at = 0; at < STRETCHES; at++)
    for (const [way, step] of ways.entries())
      best[way] = Math.max(best[way], await stretch(step, at * STRETCH));
  const [with_, without] = best.map((rate) => Math.round(rate));
  console.log(
    `${name}: ${with_} with memory on the device, ${without} without (${(best[0] / best[1]).toFixed(1)} ×)`,
  );
}
await executor.close();
