import { StrataError } from '../core/errors.ts';
import { BATCH, bindShape, sameShape } from '../core/shape.ts';
import type { NodeCheck } from '../graph/check.ts';
import type { ModelDocument, ModelEdge } from '../graph/document.ts';
import type { Builder, Value } from '../ir/builder.ts';
import type { State } from '../ir/program.ts';
import type { Arrival, BeginContext, Kept, StepContext, StepResult } from '../layers/stepwise.ts';
import { Lowering, soundGraph, type Context, type LoweredWeight, type LowerOptions } from './lower.ts';
import { predictionPart } from './prediction-part.ts';

export interface StepOptions extends Omit<LowerOptions, 'training'> {
  /** The Input node whose sequence arrives position by position. */
  readonly node: string;
  /** What arrives of it, `batch × 1`, or `batch` where the model sees a single token; in the program of a step. */
  readonly token: Value;
  /** Number of the position, i32 scalar; in the program of a step. */
  readonly position: Value;
}

export interface LoweredSteps {
  /** Those that depend on the sequence: of one position, `batch × 1 × …`, or of all up to it, `batch × …`. */
  readonly predictions: readonly { readonly node: string; readonly value: Value }[];
  readonly weights: readonly LoweredWeight[];
  /** What is kept from one position to the next, or from the beginning on. */
  readonly memory: readonly State[];
  /** Most positions; undefined where there is no limit. */
  readonly positions: number | undefined;
  /** The token that stands before the first one, where the model reads its tokens one position late. */
  readonly first: number | undefined;
}

/**
 * Writes a model whose input sequence arrives position by position: into `begin` what does not depend on that sequence (an encoder)
 * and how everything that is kept starts; into `step` what happens at each position. Throws `GRAPH_INVALID`, or
 * `GENERATE_NOT_CAUSAL` where a layer needs later positions.
 */
export function lowerSteps(
  begin: Builder,
  step: Builder,
  document: ModelDocument,
  options: StepOptions,
): LoweredSteps {
  const { check, edges } = soundGraph(document, options.schema);
  const { order, predictions } = predictionPart(check, edges);
  const read = edges.filter(({ from, to }) => from.node === options.node && order.includes(to.node));
  const lowering = new StepLowering(begin, step, edges, options, read.length === 1);
  for (const id of order) lowering.node(check.nodes[id]);
  begin.origin = step.origin = undefined;
  return lowering.result(predictions);
}

/** What is known of a value that depends on the sequence. `part`: an axis other than the second one holds the one position. */
interface Arrived {
  readonly value: Value;
  readonly as: Exclude<Arrival, 'begin'> | 'part';
}

class StepLowering {
  private readonly edges: readonly ModelEdge[];
  private readonly options: StepOptions;
  /** What does not depend on the sequence, and what does. */
  private readonly begin: Lowering;
  private readonly step: Lowering;
  private readonly builders: { readonly begin: Builder; readonly step: Builder };
  private readonly arrived = new Map<string, Arrived>();
  private readonly borders = new Map<string, Value>();
  private readonly memory: State[] = [];
  /** True where only one node reads the sequence itself. */
  private readonly readOnce: boolean;
  private positions: number | undefined;
  private first: number | undefined;
  private length = 1;

  constructor(
    begin: Builder,
    step: Builder,
    edges: readonly ModelEdge[],
    options: StepOptions,
    readOnce: boolean,
  ) {
    this.readOnce = readOnce;
    this.edges = edges;
    this.options = options;
    this.builders = { begin, step };
    this.begin = new Lowering(begin, edges, { ...options, training: false });
    this.step = new Lowering(step, edges, { ...options, training: false });
  }

  node(checked: NodeCheck): void {
    const { node } = checked;
    if (node.id === this.options.node) return this.source(checked);
    const depends = this.edges.some(({ from, to }) => to.node === node.id && this.arrived.has(keyOf(from)));
    if (!depends) return this.begin.node(checked);
    this.builders.step.origin = this.builders.begin.origin = node.id;
    const results = this.advance(checked);
    for (const [port, value] of Object.entries(results)) this.define(checked, port, value);
  }

  result(predictions: ReturnType<typeof predictionPart>['predictions']): LoweredSteps {
    const weights = [this.begin, this.step].flatMap((lowering) => lowering.result().weights);
    return {
      predictions: predictions.flatMap(({ node, from }) => {
        const arrived = this.arrived.get(keyOf(from));
        return arrived && arrived.as !== 'part' ? [{ node, value: arrived.value }] : [];
      }),
      weights: [...new Map(weights.map((weight) => [weight.state.name, weight])).values()],
      memory: this.memory,
      positions: this.positions,
      first: this.first,
    };
  }

  private source({ node, outputs }: NodeCheck): void {
    const [port, { shape }] = Object.entries(outputs)[0];
    const as = shape.length > 1 ? 'step' : 'latest';
    if (as === 'step') this.length = Number(shape[1]);
    this.arrived.set(keyOf({ node: node.id, port }), { value: this.options.token, as });
  }

  private define({ node, outputs }: NodeCheck, port: string, value: Value): void {
    const whole = bindShape(outputs[port].shape, { [BATCH]: value.type.shape[0] });
    const one = whole.length > 1 && whole[1] === this.length ? whole.with(1, 1) : [];
    const { shape } = value.type;
    const as = sameShape(shape, whole) ? 'latest' : sameShape(shape, one) ? 'step' : 'part';
    this.arrived.set(keyOf({ node: node.id, port }), { value, as });
  }

  private advance(checked: NodeCheck): Readonly<Record<string, Value>> {
    const { node, layer } = checked;
    const arriving = Object.fromEntries(
      (layer?.inputs ?? []).map(({ name }) => [
        name,
        this.edges.filter(({ to }) => to.node === node.id && to.port === name).map(({ from }) => from),
      ]),
    );
    const kinds = Object.values(arriving)
      .flat()
      .map((from) => this.arrivalOf(from));
    const inputs = Object.fromEntries(
      Object.entries(arriving).map(([port, sources]) => [port, sources.map((from) => this.valueOf(from))]),
    );
    const context = this.step.contextOf(checked, inputs);
    if (kinds.includes('part')) throw notCausal(checked, 'it gets weights of attention');
    if (!kinds.includes('step')) return layer!.lower(context);
    const result =
      layer?.stepwise?.(this.contextOf(checked, context, arriving)) ?? 'it needs all of it at once';
    if (typeof result === 'string') throw notCausal(checked, result);
    return result;
  }

  private contextOf(
    checked: NodeCheck,
    context: Context,
    arriving: Readonly<Record<string, readonly ModelEdge['from'][]>>,
  ): StepContext<Record<never, never>> {
    const arrival = (port: string): Arrival | undefined => {
      const [first] = arriving[port] ?? [];
      return first && (this.arrivalOf(first) as Arrival);
    };
    const each = (): StepResult => {
      const others = Object.values(arriving)
        .flat()
        .filter((from) => this.arrivalOf(from) !== 'step');
      // A single position beside the sequence is the same for each of its positions.
      const fits = others.every((from) => this.valueOf(from).type.shape[1] === 1);
      return fits ? checked.layer!.lower(context) : 'it joins the sequence with one that is there as a whole';
    };
    const delayed = (first: number): Value | undefined => {
      const itself = Object.values(arriving)
        .flat()
        .every(({ node }) => node === this.options.node);
      if (!itself || !this.readOnce) return undefined;
      this.first = first;
      return this.options.token;
    };
    return {
      ...context,
      delayed,
      position: this.options.position,
      positions: () => (this.positions = this.length),
      arrival,
      keep: (name, first) => this.keep(checked, name, first, arriving),
      each,
    };
  }

  private keep(
    checked: NodeCheck,
    name: string,
    first: (begin: BeginContext<Record<never, never>>) => Value,
    arriving: Readonly<Record<string, readonly ModelEdge['from'][]>>,
  ): Kept {
    const inputs = Object.entries(arriving).map(([port, sources]): [string, Value[]] => {
      const known = sources.filter((from) => this.arrivalOf(from) === 'begin');
      return [port, known.map((from) => this.begin.value(from))];
    });
    const start = first(this.begin.contextOf(checked, Object.fromEntries(inputs)));
    return this.remember(`memory.${checked.node.id}.${name}`, start);
  }

  private remember(name: string, start: Value): Kept {
    const { begin, step } = this.builders;
    const origin = step.origin;
    const state: State = { name, type: start.type, role: 'memory', init: { kind: 'zeros' }, origin };
    this.memory.push(state);
    begin.write(state, start);
    return { value: step.read(state), write: (next) => step.write(state, next) };
  }

  private arrivalOf(from: ModelEdge['from']): Arrived['as'] | 'begin' {
    return this.arrived.get(keyOf(from))?.as ?? 'begin';
  }

  /** A value in the program of a step; what was worked out at the beginning is kept for it. */
  private valueOf(from: ModelEdge['from']): Value {
    const key = keyOf(from);
    const known = this.arrived.get(key)?.value ?? this.borders.get(key);
    if (known) return known;
    const { value } = this.remember(`memory.${key}`, this.begin.value(from));
    this.borders.set(key, value);
    return value;
  }
}

const keyOf = ({ node, port }: ModelEdge['from']): string => `${node}.${port}`;

function notCausal({ node, layer }: NodeCheck, reason: string): StrataError {
  return new StrataError({
    code: 'GENERATE_NOT_CAUSAL',
    message: `${layer?.title ?? node.type} cannot take a sequence position by position: ${reason}.`,
    where: `node ${node.id}`,
    expected: 'layers that see no later position, such as LSTM, GRU, causal attention or causal Conv1D',
    fix: 'Use such layers between the tokens and the prediction, and train the model again.',
  });
}
