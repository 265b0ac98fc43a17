import { boolean, int } from '../core/fields.ts';
import type { Builder, Value } from '../ir/builder.ts';
import type { Initializer } from '../ir/program.ts';
import { broadcast } from '../ops/broadcast.ts';
import { concat } from '../ops/concat.ts';
import { fill } from '../ops/constant.ts';
import { linear } from '../ops/linear.ts';
import { reshape } from '../ops/reshape.ts';
import { select } from '../ops/select.ts';
import { slice } from '../ops/slice.ts';
import { transpose } from '../ops/transpose.ts';
import { initialiser } from './initialisers.ts';
import {
  defineLayer,
  type InputTypes,
  type LayerProblem,
  type LayerRecord,
  type PortType,
  type Weight,
  type Words,
} from './layer.ts';
import { checkMask, maskPort, maskValue } from './masks.ts';
import { f32, features, formatPort, lastExtent, mismatch, requireSequence, SEQUENCES } from './shapes.ts';
import type { StepContext, StepResult } from './stepwise.ts';

/** What recurrent layers share: they read a sequence step by step, and carry a state from each step to the next. */

const recurrentFields = {
  units: int({
    label: 'Units',
    help: 'Numbers in the state, and in each step of the result.',
    default: 64,
    min: 1,
  }),
  sequences: boolean({
    label: 'Every step',
    help: 'Gives the state at every step, as the next recurrent layer needs it; otherwise that at the last one.',
    default: false,
  }),
  bidirectional: boolean({
    label: 'Both directions',
    help: 'Reads the sequence from its end, too, and joins both results.',
    default: false,
  }),
};

interface Settings {
  readonly units: number;
  readonly sequences: boolean;
  readonly bidirectional: boolean;
}

/** One step of a layer: from what the input contributes, `[batch, gates · units]`, and the carried states to the next ones. */
type Cell = (b: Builder, input: Value, carries: readonly Value[], weights: readonly Value[]) => Value[];

export interface Recurrence {
  /** Blocks of `units` columns that a step needs of the input. */
  readonly gates: number;
  /** What is carried; the first is the layer's result. Ports of these names take the first ones in and give the last ones out. */
  readonly states: readonly string[];
  /** Weights that every step uses, beside the recurrent kernel. */
  readonly extra?: readonly string[];
  /** What offsets of gates begin with, gate by gate, where it is not 0. */
  readonly offsets?: readonly number[];
  readonly cell: Cell;
}

/** A recurrent layer from its words and what one step does. */
export function recurrentLayer(words: Words, recurrence: Recurrence): LayerRecord<typeof recurrentFields> {
  return defineLayer({
    ...words,
    category: 'sequence',
    fields: recurrentFields,
    width: 'units',
    inputs: recurrentInputs(recurrence.states),
    outputs: recurrentOutputs(recurrence.states),
    infer: (context) => inferRecurrent(recurrence, context),
    weights: (context) => recurrentWeights(recurrence, context),
    lower: (context) => lowerRecurrent(recurrence, context),
    stepwise: (context) => stepRecurrent(recurrence, context),
  });
}

const DIRECTIONS = ['', 'backward-'] as const;
const directionsOf = ({ bidirectional }: Settings) => (bidirectional ? DIRECTIONS : DIRECTIONS.slice(0, 1));

const recurrentInputs = (states: readonly string[]) => [
  ...SEQUENCES,
  maskPort,
  ...states.map((name) => ({
    name,
    doc: `The ${name} state before the first step, batch × units. Unconnected: zeros.`,
    optional: true,
  })),
];

const recurrentOutputs = (states: readonly string[]) => [
  { name: 'output', doc: 'The state at the last step, or at every step.' },
  ...states.map((name) => ({ name, doc: `The ${name} state after the last step, batch × units.` })),
];

function inferRecurrent(
  { states }: Recurrence,
  { inputs, params }: { readonly inputs: InputTypes; readonly params: Settings },
) {
  const [input] = inputs.input;
  const width = params.units * directionsOf(params).length;
  const problem =
    requireSequence('input', input) ??
    checkMask(inputs.mask, input.shape[1]) ??
    states.reduce<LayerProblem | null>((found, name) => found ?? checkState(name, inputs[name], width), null);
  if (problem) return { problems: [problem] };
  const output = params.sequences ? f32(features(input)[0], width) : f32(width);
  return { outputs: { output, ...Object.fromEntries(states.map((name) => [name, f32(width)])) } };
}

function checkState(port: string, [state]: readonly PortType[], width: number): LayerProblem | null {
  if (!state || formatPort(state) === formatPort(f32(width))) return null;
  return mismatch(port, state, formatPort(f32(width)), {
    message: 'The state that the layer is to begin with is not as wide as its own.',
    fix: `Connect a state of ${width} numbers.`,
  });
}

/** Uniform within 1 / √units, for the input's kernel as for the state's: PyTorch's, after LeCun et al., "Efficient BackProp", 1998. */
function recurrentWeights(
  { gates, extra = [], offsets }: Recurrence,
  { inputs, params }: { readonly inputs: InputTypes; readonly params: Settings },
): Weight[] {
  const { units } = params;
  const width = gates * units;
  const channels = lastExtent(inputs.input[0]);
  const kernel = (name: string, rows: number, init: Initializer): Weight => ({
    name,
    shape: [rows, width],
    init,
    role: 'parameter',
    decay: true,
  });
  const offset = (name: string, init: Initializer): Weight => ({
    name,
    shape: [width],
    init,
    role: 'parameter',
    decay: false,
  });
  const start: Initializer = offsets
    ? { kind: 'values', values: offsets.flatMap((value) => Array<number>(units).fill(value)) }
    : { kind: 'zeros' };
  return directionsOf(params).flatMap((direction) => [
    kernel(`${direction}kernel`, channels, initialiser('glorot-uniform', { in: channels, out: units })),
    kernel(`${direction}recurrent-kernel`, units, { kind: 'uniform', limit: 1 / Math.sqrt(units) }),
    offset(`${direction}bias`, start),
    ...extra.map((name) => offset(`${direction}${name}`, { kind: 'zeros' })),
  ]);
}

interface Context {
  readonly b: Builder;
  readonly inputs: Readonly<Record<string, readonly Value[]>>;
  readonly params: Settings;
  weight(name: string): Value;
}

function lowerRecurrent(recurrence: Recurrence, context: Context): Record<string, Value> {
  const { b, params } = context;
  const results = directionsOf(params).map((direction, at) =>
    readThrough(recurrence, context, direction, at),
  );
  const names = ['output', ...recurrence.states];
  const joined = (name: string): Value => {
    const values = results.map((result) => result[name]);
    return concat(b, values, values[0].type.shape.length - 1);
  };
  return Object.fromEntries(names.map((name) => [name, joined(name)]));
}

/** One direction. The input's share of all steps is one product; only the state's own goes step by step. */
function readThrough(
  { states, extra = [], cell }: Recurrence,
  { b, inputs, params, weight }: Context,
  direction: string,
  at: number,
): Record<string, Value> {
  const [x] = inputs.input;
  const [batch, steps] = x.type.shape;
  const { units } = params;
  const shares = linear(b, x, weight(`${direction}kernel`), weight(`${direction}bias`));
  const mask = maskValue(b, inputs.mask);
  const counts = mask ? [transpose(b, mask, [1, 0])] : [];
  const first = states.map((name) => {
    const [given] = inputs[name] ?? [];
    return given ? slice(b, given, [0, at * units], [batch, (at + 1) * units]) : fill(b, 0, [batch, units]);
  });
  const { last, outputs } = b.scan(
    {
      first,
      sequences: [transpose(b, shares, [1, 0, 2]), ...counts],
      constants: [
        weight(`${direction}recurrent-kernel`),
        ...extra.map((name) => weight(`${direction}${name}`)),
      ],
      steps,
      reverse: at === 1,
    },
    (step, { carries, slices: [share, counted], constants }) => {
      const next = counting(step, cell(step, share, carries, constants), carries, counted);
      return { carries: next, outputs: next.slice(0, 1) };
    },
  );
  const sequence = transpose(b, outputs[0], [1, 0, 2]);
  const output = params.sequences ? sequence : last[0];
  return { output, ...Object.fromEntries(states.map((name, which) => [name, last[which]])) };
}

/** Steps that do not count (`counted`, bool[batch]) leave the states as they are. */
function counting(
  b: Builder,
  next: readonly Value[],
  before: readonly Value[],
  counted: Value | undefined,
): readonly Value[] {
  if (!counted) return next;
  return next.map((value, at) => select(b, broadcast(b, counted, value.type.shape, [0]), value, before[at]));
}

/** One step, where the sequence arrives step by step: the states are kept. */
function stepRecurrent(
  { states, extra = [], cell }: Recurrence,
  context: StepContext<typeof recurrentFields>,
): StepResult {
  const { b, inputs, params, weight, arrival, keep } = context;
  if (params.bidirectional) return 'it reads the sequence from its end, too';
  if (arrival('input') !== 'step' || (arrival('mask') ?? 'step') !== 'step')
    return 'its input and its mask do not arrive together';
  if (states.some((name) => (arrival(name) ?? 'begin') !== 'begin'))
    return 'the states that it begins with change with every position';
  const [x] = inputs.input;
  const [batch, , channels] = x.type.shape;
  const share = linear(b, reshape(b, x, [batch, channels]), weight('kernel'), weight('bias'));
  const kept = states.map((name) =>
    keep(name, (begin) => begin.inputs[name]?.[0] ?? fill(begin.b, 0, [batch, params.units])),
  );
  const before = kept.map(({ value }) => value);
  const constants = ['recurrent-kernel', ...extra].map(weight);
  const mask = maskValue(b, inputs.mask);
  const next = counting(b, cell(b, share, before, constants), before, mask && reshape(b, mask, [batch]));
  next.forEach((value, at) => kept[at].write(value));
  const output = params.sequences ? reshape(b, next[0], [batch, 1, params.units]) : next[0];
  return { output, ...Object.fromEntries(states.map((name, at) => [name, next[at]])) };
}

/** The columns of one gate. */
export function gate(b: Builder, gates: Value, at: number, units: number): Value {
  const [batch] = gates.type.shape;
  return slice(b, gates, [0, at * units], [batch, (at + 1) * units]);
}
