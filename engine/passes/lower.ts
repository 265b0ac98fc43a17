import type { DatasetSchema } from '../core/dataset.ts';
import { StrataError } from '../core/errors.ts';
import { streamOf } from '../core/random.ts';
import { checkGraph, type Diagnostic, type NodeCheck } from '../graph/check.ts';
import type { ModelDocument } from '../graph/document.ts';
import type { Builder, Value } from '../ir/builder.ts';
import type { State } from '../ir/program.ts';
import type { LowerContext } from '../layers/layer.ts';
import { random } from '../ops/random.ts';

export interface LowerOptions {
  readonly schema: DatasetSchema;
  readonly training: boolean;
  /** u32 scalars that random numbers depend on. */
  readonly seed: Value;
  readonly step: Value;
  /** Where the value of a weight lies; in its own state where absent. */
  readonly weight?: (weight: Pick<LoweredWeight, 'state' | 'trained'>) => State;
  readonly columns: LowerContext<Record<never, never>>['columns'];
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
  const check = checkGraph(document, options.schema);
  const errors = check.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw invalid(errors);
  const lowering = new Lowering(b, document, options);
  for (const id of check.order) lowering.node(check.nodes[id]);
  b.origin = undefined;
  return lowering.result();
}

class Lowering {
  private readonly b: Builder;
  private readonly document: ModelDocument;
  private readonly options: LowerOptions;
  private readonly values = new Map<string, Value>();
  private readonly losses: LoweredLoss[] = [];
  private readonly marked: { node: string; value: Value }[] = [];
  private readonly weights: LoweredWeight[] = [];
  private readonly updates: { state: State; value: Value }[] = [];

  constructor(b: Builder, document: ModelDocument, options: LowerOptions) {
    this.b = b;
    this.document = document;
    this.options = options;
  }

  node(checked: NodeCheck): void {
    const { node, layer } = checked;
    if (!layer) return;
    this.b.origin = node.id;
    const context = this.contextOf(checked);
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
    return { losses: this.losses, predictions, weights: this.weights, updates: this.updates };
  }

  private contextOf(checked: NodeCheck): LowerContext<Record<never, never>> {
    const { node, layer, params } = checked;
    const { b, options } = this;
    const weights = this.weightsOf(checked);
    const arriving = (port: string): Value[] =>
      this.document.edges
        .filter(({ to }) => to.node === node.id && to.port === port)
        .map(({ from }) => this.values.get(`${from.node}.${from.port}`)!);
    let draws = 0;
    return {
      b,
      params,
      inputs: Object.fromEntries((layer?.inputs ?? []).map(({ name }) => [name, arriving(name)])),
      training: options.training,
      weight: (name) => weights[name].value,
      update: (name, value) => {
        if (options.training && node.trainable) this.updates.push({ state: weights[name].state, value });
      },
      random: (shape) => random(b, options.seed, options.step, streamOf(`${node.id}/${draws++}`), shape),
      columns: options.columns,
    };
  }

  private weightsOf({ node, weights }: NodeCheck): Readonly<Record<string, LoweredWeight>> {
    const lowered = weights.map(({ name, shape, init, role, decay }): [string, LoweredWeight] => {
      const state: State = {
        name: `${node.id}.${name}`,
        type: { dtype: 'f32', shape },
        role,
        init,
        origin: node.id,
      };
      const trained = role === 'parameter' && node.trainable;
      const value = this.b.read(this.options.weight?.({ state, trained }) ?? state);
      const weight = { state, value, trained, decay };
      this.weights.push(weight);
      return [name, weight];
    });
    return Object.fromEntries(lowered);
  }
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
    where: [first.node && `node ${first.node}`, first.port && `port ${first.port}`]
      .filter(Boolean)
      .join(', '),
    got: first.got,
    expected: first.expected,
    fix: first.fix,
  });
}
