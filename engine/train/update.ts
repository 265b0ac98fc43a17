import type { TrainingSettings } from '../graph/document.ts';
import type { Builder, Value } from '../ir/builder.ts';
import type { State } from '../ir/program.ts';
import { add } from '../ops/add.ts';
import { cast } from '../ops/cast.ts';
import { div } from '../ops/div.ts';
import { equal } from '../ops/equal.ts';
import { floor } from '../ops/floor.ts';
import { minimum } from '../ops/min.ts';
import { mul } from '../ops/mul.ts';
import { select } from '../ops/select.ts';
import { sub } from '../ops/sub.ts';
import { differentiate } from '../passes/differentiate.ts';
import type { LoweredWeight } from '../passes/lower.ts';
import { chosenOptimizer } from './catalogue.ts';
import { clipByNorm } from './clip.ts';
import { limitNorm, penalised } from './penalties.ts';
import { ACCUMULATED, STEP, averageState, gradientState, optimizerState, type StateTable } from './states.ts';

/** Sets what a state holds after the step. */
export type Write = (state: State, value: Value) => void;

export interface UpdateParts {
  readonly training: TrainingSettings;
  readonly states: StateTable;
  /** The weights that are trained. */
  readonly weights: readonly LoweredWeight[];
  readonly loss: Value;
  /** f32 scalar */
  readonly learningRate: Value;
  readonly write: Write;
}

/** From the loss to new weights: gradients, what is done to them, the optimizer, and what is done to the weights. */
export function updateWeights(b: Builder, parts: UpdateParts): void {
  const { training, states, weights, loss, learningRate } = parts;
  const { record, params } = chosenOptimizer(training);
  const values = weights.map(({ value }) => value);
  const { gradients: slopes, write } = accumulated(b, parts, differentiate(b, loss, values));
  const clips = training.clipNorm > 0 && slopes.length > 0;
  const gradients = clips ? clipByNorm(b, slopes, training.clipNorm) : slopes;
  const sharedState = (name: string): State => states.use(optimizerState('optimizer', record.id, name));
  const read = (names: readonly string[], state: (name: string) => State): Record<string, Value> =>
    Object.fromEntries(names.map((name) => [name, b.read(state(name))]));
  const shared = record.advance(b, read(record.shared, sharedState), params);
  for (const [name, value] of Object.entries(shared)) write(sharedState(name), value);
  weights.forEach(({ state, value: parameter, decay }, at) => {
    b.origin = state.origin;
    const slotState = (name: string): State =>
      states.use(optimizerState(state.name, record.id, name, state.type.shape));
    const gradient = decay ? penalised(b, training, parameter, gradients[at]) : gradients[at];
    const slots = read(record.slots(params), slotState);
    const updated = record.update(b, { params, parameter, gradient, slots, shared, learningRate, decay });
    const limits = decay && training.maxNorm > 0;
    const next = limits ? limitNorm(b, updated.parameter, training.maxNorm) : updated.parameter;
    write(state, next);
    for (const [name, value] of Object.entries(updated.slots)) write(slotState(name), value);
    if (training.averaging > 0) average(b, parts, write, state, next);
  });
  b.origin = undefined;
}

/**
 * The mean gradient of the last steps, and a `write` that does nothing until there are as many as an update takes. Every step
 * computes the update and most throw it away: it costs little beside the gradient, and all steps are the same program.
 */
function accumulated(
  b: Builder,
  { training: { accumulation }, states, weights, write }: UpdateParts,
  slopes: readonly Value[],
): { readonly gradients: readonly Value[]; readonly write: Write } {
  if (accumulation === 1) return { gradients: slopes, write };
  const taken = b.read(states.use(ACCUMULATED));
  const due = equal(b, taken, accumulation - 1);
  write(ACCUMULATED, select(b, due, 0, add(b, taken, 1)));
  const gradients = slopes.map((slope, at) => {
    const state = states.use(gradientState(weights[at].state));
    const total = add(b, b.read(state), slope);
    write(state, select(b, due, 0, total));
    return mul(b, total, 1 / accumulation);
  });
  return {
    gradients,
    write: (state, value) => write(state, select(b, due, value, b.read(states.use(state)))),
  };
}

/** Updates after which the running mean has forgotten most of the first weights. */
const AVERAGING_START = 10;

/**
 * Exponential moving average of a weight. It keeps a smaller share while it is young, so that the first, random weights do not
 * linger: `min(d, k / (k + 10))` after `k` updates. Source: Polyak & Juditsky, 1992.
 */
function average(
  b: Builder,
  { training, states }: UpdateParts,
  write: Write,
  state: State,
  next: Value,
): void {
  const steps = cast(b, b.read(states.use(STEP)), 'f32');
  const updates = floor(b, div(b, steps, training.accumulation));
  const share = minimum(b, div(b, updates, add(b, updates, AVERAGING_START)), training.averaging);
  const mean = states.use(averageState(state));
  write(mean, add(b, mul(b, b.read(mean), share), mul(b, next, sub(b, 1, share))));
}
