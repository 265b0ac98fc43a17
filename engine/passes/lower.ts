import type { DatasetSchema } from '../core/dataset.ts';
import { StrataError } from '../core/errors.ts';
import { streamOf } from '../core/random.ts';
import { formatShape, sameShape } from '../core/shape.ts';
import { checkGraph, type Diagnostic, type GraphCheck, type NodeCheck } from '../graph/check.ts';
import type { ModelDocument, ModelEdge } from '../graph/document.ts';
import { whereOf } from '../graph/where.ts';
import type { Builder, Value } from '../ir/builder.ts';
import type { State } from '../ir/program.ts';
import type { LowerContext, RandomStream, Weight } from '../layers/layer.ts';
import { section } from '../layers/sections.ts';
import { random } from '../ops/random.ts';
import { predictionPart } from './prediction-part.ts';

export interface LowerOptions {
  readonly schema: DatasetSchema;
  readonly training: boolean;
  /** u32 scalars that random numbers depend on. */
  readonly seed: Value;
  readonly step: Value;
  /** Where the value of a weight lies; in its own state where absent. */
  readonly weight?: (weight: Pick<LoweredWeight, 'state' | 'trained'>) => State;
  /** Weights by name as sequences of full length have them, where `schema` cuts them. */
  readonly uncut?: ReadonlyMap<string, State>;
  readonly columns: Context['columns'];
}

export interface LoweredLoss {
  readonly node: string;
  /** f32[batch] */
  readonly loss: Value;
  /** Factor in the sum of all losses. */
  readonly weight: number;
  /** Ids of the metrics that are measured with it. */
  readonly metrics: readonly string[];
  /** Absent where it is no prediction that the loss is of, but a latent distribution. */
  readonly prediction?: Value;
  /** Absent where there is no target. */
  readonly compared?: Compared;
}

/** What metrics compare. */
export interface Compared {
  readonly prediction: Value;
  readonly target: Value;
  /** True at the positions that count, with as many of the target's first axes as it has; all do where absent. */
  readonly counts?: Value;
}

/** The context of a layer whose fields are not known here. */
export type Context = LowerContext<Record<never, never>>;

export interface LoweredWeight {
  readonly state: State;
  readonly value: Value;
  /** True for parameters of nodes that are not frozen. */
  readonly trained: boolean;
  readonly decay: boolean;
}

export interface LoweredModel {
  readonly losses: readonly LoweredLoss[];
  /** What Output nodes mark; where there is none, what goes into the losses. */
  readonly predictions: readonly { readonly node: string; readonly value: Value }[];
  readonly weights: readonly LoweredWeight[];
  /** New values of the layers' own statistics; only in training. */
  readonly updates: readonly { readonly state: State; readonly value: Value }[];
}

/** Writes a model's forward pass into `b`. Throws `GRAPH_INVALID` where the document has errors. */
export function lower(b: Builder, document: ModelDocument, options: LowerOptions): LoweredModel {
  const { check, edges } = soundGraph(document, options.schema);
  const lowering = new Lowering(b, edges, options);
  for (const id of check.order) lowering.node(check.nodes[id]);
  b.origin = undefined;
  return lowering.result();
}

/** Writes what a finished model predicts into `b`, without losses and what only they need. Throws `GRAPH_INVALID`. */
export function lowerPredictions(
  b: Builder,
  document: ModelDocument,
  options: Omit<LowerOptions, 'training'>,
): Pick<LoweredModel, 'predictions' | 'weights'> {
  const { check, edges } = soundGraph(document, options.schema);
  const { order, predictions } = predictionPart(check, edges);
  const lowering = new Lowering(b, edges, { ...options, training: false });
  for (const id of order) lowering.node(check.nodes[id]);
  b.origin = undefined;
  const values = predictions.map(({ node, from }) => ({ node, value: lowering.predicted(from, check) }));
  return { predictions: values, weights: lowering.result().weights };
}

/** What is lowered of a document: its nodes, groups replaced by what they stand for, and the edges between them. */
export interface SoundGraph {
  readonly check: GraphCheck;
  readonly edges: readonly ModelEdge[];
}

/** Throws `GRAPH_INVALID` where the document has errors. */
export function soundGraph(document: ModelDocument, schema: DatasetSchema): SoundGraph {
  const check = checkGraph(document, schema);
  const errors = check.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw invalid(errors);
  return { check, edges: check.edges };
}

/** Writes nodes into one program, one after the other. */
export class Lowering {
  private readonly b: Builder;
  private readonly edges: readonly ModelEdge[];
  private readonly options: LowerOptions;
  private readonly values = new Map<string, Value>();
  private readonly losses: LoweredLoss[] = [];
  private readonly marked: { node: string; value: Value }[] = [];
  private readonly weights: LoweredWeight[] = [];
  /** Weights by the node they belong to; others may use them, too. */
  private readonly shared = new Map<string, Readonly<Record<string, LoweredWeight & Used>>>();
  private readonly updates = new Map<string, { readonly state: State; readonly value: Value }>();

  constructor(b: Builder, edges: readonly ModelEdge[], options: LowerOptions) {
    this.b = b;
    this.edges = edges;
    this.options = options;
  }

  node(checked: NodeCheck): void {
    const { node, layer } = checked;
    if (!layer) return;
    this.b.origin = node.id;
    const context = this.contextOf(checked, this.arriving(checked));
    const results = layer.lower(context);
    for (const [port, value] of Object.entries(results)) this.values.set(`${node.id}.${port}`, value);
    const prediction = layer.prediction === undefined ? undefined : context.inputs[layer.prediction][0];
    if (layer.loss) {
      const weight = Number(checked.params.weight);
      const { loss } = results;
      const compared = comparedIn(results, prediction);
      this.losses.push({ node: node.id, loss, weight, metrics: layer.loss.metrics, prediction, compared });
    } else if (prediction) this.marked.push({ node: node.id, value: prediction });
  }

  result(): LoweredModel {
    const predictions =
      this.marked.length > 0
        ? this.marked
        : this.losses.flatMap(({ node, prediction }) => (prediction ? [{ node, value: prediction }] : []));
    return { losses: this.losses, predictions, weights: this.weights, updates: [...this.updates.values()] };
  }

  /** What has left a port. */
  value({ node, port }: ModelEdge['from']): Value {
    return this.values.get(`${node}.${port}`)!;
  }

  /** The same as people see it: where a loss scales predictions, in the units of its target. */
  predicted(from: ModelEdge['from'], { nodes }: GraphCheck): Value {
    const value = this.value(from);
    const losses = this.edges
      .filter((edge) => edge.from.node === from.node && edge.from.port === from.port)
      .flatMap(({ to }) => (nodes[to.node].layer?.prediction === to.port ? [nodes[to.node]] : []));
    const loss = losses.find(({ layer }) => layer?.predicted);
    if (!loss) return value;
    const weights: Readonly<Record<string, Used | undefined>> = this.weightsOf(loss);
    return loss.layer!.predicted!(this.b, value, (name) => weights[name]?.used);
  }

  private arriving({ node, layer }: NodeCheck): Record<string, Value[]> {
    const at = (port: string): Value[] =>
      this.edges
        .filter(({ to }) => to.node === node.id && to.port === port)
        .map(({ from }) => this.value(from));
    return Object.fromEntries((layer?.inputs ?? []).map(({ name }) => [name, at(name)]));
  }

  /** What a layer may use, with these values at its input ports. */
  contextOf(checked: NodeCheck, inputs: Readonly<Record<string, readonly Value[]>>): Context {
    const { node, params } = checked;
    const { b, options } = this;
    const weights = this.weightsOf(checked);
    let draws = 0;
    const stream = (): RandomStream => ({
      seed: options.seed,
      step: options.step,
      stream: streamOf(`${node.id}/${draws++}`),
    });
    return {
      b,
      params,
      inputs,
      training: options.training,
      // A statistic that several nodes share moves on from one to the next, as in a layer that is called several times.
      weight: (name) => this.updates.get(weights[name].state.name)?.value ?? weights[name].used,
      update: (name, value) => {
        const { state } = weights[name];
        if (options.training && node.trainable) this.updates.set(state.name, { state, value });
      },
      random: (shape) => {
        const drawn = stream();
        return random(b, drawn.seed, drawn.step, drawn.stream, shape);
      },
      stream,
      connected: (port) => this.edges.some(({ from }) => from.node === node.id && from.port === port),
      columns: options.columns,
    };
  }

  private weightsOf({ node, weights }: NodeCheck): Readonly<Record<string, LoweredWeight & Used>> {
    const owner = node.weightsOf ?? node.id;
    const known = this.shared.get(owner);
    if (known) return known;
    const lowered = weights.map((weight): [string, LoweredWeight & Used] => {
      const { name, shape, init, role, decay } = weight;
      const own: State = {
        name: `${owner}.${name}`,
        type: { dtype: 'f32', shape },
        role,
        init,
        origin: owner,
      };
      const state = this.options.uncut?.get(own.name) ?? own;
      const trained = role === 'parameter' && node.trainable;
      const value = this.b.read(this.options.weight?.({ state, trained }) ?? state);
      const lowered = { state, value, trained, decay };
      this.weights.push(lowered);
      return [name, { ...lowered, used: firstPositions(this.b, value, weight, node.id) }];
    });
    const own = Object.fromEntries(lowered);
    this.shared.set(owner, own);
    return own;
  }
}

/** What of a weight the layer sees. */
interface Used {
  readonly used: Value;
}

/** The rows of a weight for a shorter sequence than the one it was made for. Throws `WEIGHT_LENGTH`. */
function firstPositions(b: Builder, value: Value, { name, shape, positions }: Weight, node: string): Value {
  const full = value.type.shape;
  if (sameShape(full, shape)) return value;
  if (positions) return section(b, value, 0, 0, shape[0]);
  throw new StrataError({
    code: 'WEIGHT_LENGTH',
    message: 'The size of a layer’s weights depends on the length of its sequences, so these cannot be cut.',
    where: `node ${node}, weight "${name}"`,
    got: `${formatShape(shape)} for the shorter sequence`,
    expected: `${formatShape(full)}, as for the full length`,
    fix: 'Put a layer before it that makes one vector of a sequence, such as SequenceMean or TakeStep, or set the length buckets to 1.',
  });
}

function comparedIn(
  { scores, target, counts }: Readonly<Record<string, Value>>,
  prediction: Value | undefined,
): Compared | undefined {
  const compared = scores ?? prediction;
  return compared && target ? { prediction: compared, target, ...(counts && { counts }) } : undefined;
}

function invalid(errors: readonly Diagnostic[]): StrataError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new StrataError({
    code: 'GRAPH_INVALID',
    message: `The model cannot be compiled: ${first.message}${more}`,
    where: whereOf(first),
    got: first.got,
    expected: first.expected,
    fix: first.fix,
  });
}
