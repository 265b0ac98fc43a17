import { StrataError } from '../core/errors.ts';
import type { TrainingSettings } from '../graph/document.ts';
import { Builder, type Value } from '../ir/builder.ts';
import type { Program, State } from '../ir/program.ts';
import { add } from '../ops/add.ts';
import { div } from '../ops/div.ts';
import { less } from '../ops/less.ts';
import { maximum } from '../ops/max.ts';
import { select } from '../ops/select.ts';
import type { LoweredWeight } from '../passes/lower.ts';
import { chosenSchedule } from './catalogue.ts';
import { LEAST_COUNT } from './measures.ts';
import {
  BEST_LOSS,
  BEST_STEP,
  STEP,
  WAITED,
  averageState,
  bestState,
  countState,
  scheduleState,
  sumState,
  type SplitRows,
  type StateTable,
} from './states.ts';

/**
 * What a run learns from its validation loss: whether to stop, which weights were best, how the schedule goes on. It lives on the
 * device among the other states, so checkpoints have it and a resumed run decides as an uninterrupted one would.
 */

/** Runs after each validation, while the sums of its measures are on the device. */
export const WATCH = 'watch';
/** Runs once at the end: puts the weights in place that the run is to be judged by. */
export const SETTLE = 'settle';

export interface WatchParts {
  readonly training: TrainingSettings;
  readonly states: StateTable;
  readonly weights: readonly LoweredWeight[];
  /** Absent where the data set has none. */
  readonly validation: SplitRows | undefined;
  /** Whether rows count differently. */
  readonly weighted: boolean;
}

/** True where something depends on the validation loss. */
export function watches(training: TrainingSettings): boolean {
  return training.patience > 0 || chosenSchedule(training).record.watch !== undefined;
}

/** The weight that a model is measured with: its running mean, where one is kept. */
export function measuredState(training: TrainingSettings, { state, trained }: Measured): State {
  return training.averaging > 0 && trained ? averageState(state) : state;
}
type Measured = Pick<LoweredWeight, 'state' | 'trained'>;

/** The programs `watch` and `settle`, as far as the settings ask for them. Throws `TRAINING_NO_VALIDATION`. */
export function watchPrograms(parts: WatchParts): Program[] {
  const { training } = parts;
  const settles = training.patience > 0 || training.averaging > 0;
  return [...(watches(training) ? [watch(parts)] : []), ...(settles ? [settle(parts)] : [])];
}

function watch(parts: WatchParts): Program {
  const { training, states, validation, weighted } = parts;
  if (!validation) throw noValidation();
  const b = new Builder(WATCH);
  const rows = weighted ? maximum(b, b.read(states.use(countState('loss'))), LEAST_COUNT) : validation.rows;
  const loss = div(b, b.read(states.use(sumState('loss'))), rows);
  if (training.patience > 0) keepBest(b, parts, loss);
  const { record, params } = chosenSchedule(training);
  const scalars = scheduleScalars(b, training, states);
  for (const [name, value] of Object.entries(record.watch?.advance(b, { params, scalars, loss }) ?? {}))
    b.write(scheduleState(record.id, name), value);
  return b.finish();
}

function keepBest(b: Builder, { training, states, weights }: WatchParts, loss: Value): void {
  const [best, waited, step] = [BEST_LOSS, WAITED, BEST_STEP].map((state) => b.read(states.use(state)));
  const improved = less(b, loss, best);
  b.write(BEST_LOSS, select(b, improved, loss, best));
  b.write(WAITED, select(b, improved, 0, add(b, waited, 1)));
  b.write(BEST_STEP, select(b, improved, b.read(states.use(STEP)), step));
  for (const weight of learned(weights)) {
    const kept = states.use(bestState(weight.state));
    b.write(kept, select(b, improved, b.read(measuredState(training, weight)), b.read(kept)));
  }
}

function settle({ training, states, weights }: WatchParts): Program {
  const b = new Builder(SETTLE);
  for (const weight of learned(weights)) {
    const measured = measuredState(training, weight);
    const final = b.read(training.patience > 0 ? states.use(bestState(weight.state)) : measured);
    if (measured === weight.state && training.patience === 0) continue;
    b.write(weight.state, final);
    if (measured !== weight.state && training.patience > 0) b.write(measured, final);
  }
  return b.finish();
}

/** Weights that change in a run: trained ones, and the layers' statistics. */
const learned = (weights: readonly LoweredWeight[]): readonly LoweredWeight[] =>
  weights.filter(({ trained, state }) => trained || state.role === 'statistic');

/** What the schedule remembers of earlier validations. */
export function scheduleScalars(
  b: Builder,
  training: TrainingSettings,
  states: StateTable,
): Readonly<Record<string, Value>> {
  const { record } = chosenSchedule(training);
  const names = Object.entries(record.watch?.first ?? {});
  return Object.fromEntries(
    names.map(([name, first]) => [name, b.read(states.use(scheduleState(record.id, name, first)))]),
  );
}

function noValidation(): StrataError {
  return new StrataError({
    code: 'TRAINING_NO_VALIDATION',
    message:
      'The training settings look at the validation loss, but the data set has no rows for validation.',
    got: 'no validation rows',
    expected: 'validation rows, for early stopping and the schedule “Reduce on plateau”',
    fix: 'Import the data with a share for validation, or turn early stopping off and choose another schedule.',
  });
}
