import type { Executor, Session } from '../backends/executor.ts';
import { targetOf } from '../backends/target.ts';
import type { Split } from '../core/dataset.ts';
import type { TypedArray } from '../core/dtype.ts';
import type { Shape } from '../core/shape.ts';
import { inTurns } from '../core/turns.ts';
import { loadRows, type Rows } from '../data/snapshots/batches.ts';
import type { ModelEdge } from '../graph/document.ts';
import { Builder } from '../ir/builder.ts';
import type { Module } from '../ir/program.ts';
import { fill } from '../ops/constant.ts';
import { compileInTurns } from '../passes/compile.ts';
import { Lowering, type LoweredWeight, type SoundGraph } from '../passes/lower.ts';
import { initialValues } from '../train/initial.ts';
import { BatchInputs, type BatchInput } from './batch-inputs.ts';

const PROGRAM = 'augment';

/** A way from an Input through layers that augment, up to where the rest of the model takes the value. */
interface Chain {
  readonly input: string;
  /** Layers that augment, in their order; none where the model takes an augmented Input as it is, too. */
  readonly layers: readonly string[];
  readonly end: ModelEdge['from'];
}

export interface Augmentation {
  readonly chains: readonly Chain[];
  /** Layers that augment as well, but mix rows of a batch: one row has nothing to be mixed with. */
  readonly mixing: readonly string[];
  /** Nodes that the chains consist of, in an order in which each comes after those it depends on. */
  readonly nodes: readonly string[];
}

/** Which layers augment what the nodes `inputs` bring into the graph; undefined where none does. */
export function augmentationOf(
  { check, edges }: SoundGraph,
  inputs: ReadonlySet<string>,
): Augmentation | undefined {
  const reached = new Map<string, Chain>();
  const mixing: string[] = [];
  for (const id of check.order) {
    const layer = check.nodes[id].layer!;
    const augments = layer.category === 'augmentation';
    if (!augments && !layer.group && !inputs.has(id)) continue;
    const end = { node: id, port: layer.outputs[0]?.name };
    const before = edges.flatMap(({ from, to }) => (to.node === id ? (reached.get(from.node) ?? []) : []))[0];
    if (inputs.has(id)) reached.set(id, { input: id, layers: [], end });
    else if (before && layer.inputs.length > 1) mixing.push(id);
    else if (before)
      reached.set(id, { ...before, layers: augments ? [...before.layers, id] : before.layers, end });
  }
  const goesOn = ({ end }: Chain): boolean => {
    const taken = edges.filter(({ from }) => from.node === end.node);
    return taken.length > 0 && taken.every(({ to }) => reached.has(to.node));
  };
  const ends = [...reached.values()].filter((chain) => !goesOn(chain));
  const distinct = new Map(ends.map((chain) => [[chain.input, ...chain.layers].join(' '), chain]));
  const augmented = new Set(ends.flatMap(({ input, layers }) => (layers.length > 0 ? [input] : [])));
  const chains = [...distinct.values()].filter(({ input }) => augmented.has(input));
  if (chains.length + mixing.length === 0) return undefined;
  return { chains, mixing, nodes: [...reached.keys()] };
}

/** What a chain makes of a row. */
export interface Augmented {
  readonly chain: Chain;
  /** Of one row. */
  readonly shape: Shape;
  readonly values: TypedArray;
}

/** What the chains make of a row while training, on a device; the number `draw` decides what is random. Throws what loading rows throws. */
export async function augment(
  graph: SoundGraph,
  augmentation: Augmentation,
  executor: Executor,
  {
    rows,
    split,
    row,
    draw,
  }: { readonly rows: Rows; readonly split: Split; readonly row: number; readonly draw: number },
): Promise<Augmented[]> {
  const { module, inputs, weights } = buildAugmentation(graph, augmentation, rows, draw);
  const session = await executor.load(
    await inTurns(compileInTurns(module, { target: targetOf(executor.device) })),
  );
  try {
    for (const { state, binding } of inputs)
      await session.upload(state.name, await loadRows(rows, split, binding, row, 1));
    for (const { state } of weights) await session.upload(state.name, initialValues(state, draw));
    return await run(session, module, augmentation);
  } finally {
    await session.dispose();
  }
}

async function run(
  session: Session,
  { programs: [program] }: Module,
  { chains }: Augmentation,
): Promise<Augmented[]> {
  await session.run(PROGRAM, 1);
  const values = await session.read(program.outputs.map(({ name }) => name));
  return program.outputs.map(({ name, value }, at) => {
    const [, ...shape] = program.values[value].shape;
    return { chain: chains[at], shape, values: values[name] };
  });
}

interface AugmentationModule {
  /** One program, `augment`; its outputs are called as the nodes at the chains' ends. */
  readonly module: Module;
  readonly inputs: readonly BatchInput[];
  readonly weights: readonly LoweredWeight[];
}

function buildAugmentation(
  { check, edges }: SoundGraph,
  { chains, nodes }: Augmentation,
  { schema }: Rows,
  draw: number,
): AugmentationModule {
  const b = new Builder(PROGRAM);
  const inputs = new BatchInputs(schema, 1);
  const lowering = new Lowering(b, edges, {
    schema,
    training: true,
    seed: fill(b, draw, [], 'u32'),
    step: fill(b, 0, [], 'u32'),
    columns: (...wanted) => inputs.columns(b, ...wanted),
  });
  for (const id of nodes) lowering.node(check.nodes[id]);
  b.origin = undefined;
  for (const { end } of chains) b.output(end.node, lowering.value(end));
  const { weights } = lowering.result();
  const states = [...inputs.all, ...weights].map(({ state }) => state);
  return { module: { states, programs: [b.finish()] }, inputs: inputs.all, weights };
}
