import type { Binding } from '../core/binding.ts';
import type { Split } from '../core/dataset.ts';
import type { DType } from '../core/dtype.ts';
import type { Shape } from '../core/shape.ts';
import type { State, StateRole } from '../ir/program.ts';
import type { Buckets } from './buckets.ts';
import { HIGHEST } from './schedules/schedule.ts';

/** The states of a training module that belong to no layer, by the names the trainer knows them under. */

const state = (name: string, role: StateRole, dtype: DType, shape: Shape = []): State => ({
  name,
  role,
  type: { dtype, shape },
  init: { kind: role === 'data' || role === 'setting' ? 'upload' : 'zeros' },
});

/** Steps taken. It decides the batch and every random number. */
export const STEP = state('step', 'counter', 'u32');
export const SEED = state('seed', 'setting', 'u32');
export const LEARNING_RATE = state('learning-rate', 'setting', 'f32');
/** Batch of the split that is being evaluated. */
export const EVALUATED = state('evaluate.batch', 'metric', 'u32');

/** A split as the device sees it. */
export interface SplitRows {
  readonly split: Split;
  readonly rows: number;
  /** Rows that are on the device at once; fewer than `rows` where they are streamed. */
  readonly capacity: number;
}

export const dataState = ({ split, capacity }: SplitRows, key: string, { dtype, shape }: Binding): State =>
  state(`data.${split}.${key}`, 'data', dtype, [capacity, ...shape]);

/** Which of the rows on the device come first, second, …, batch after batch; of each bucket one batch may be partial. */
export const orderState = ({ rows: { split, capacity }, batch, buckets }: OrderParts): State =>
  state(`data.${split}.order`, 'data', 'i32', [
    (Math.ceil(capacity / batch) + (buckets?.cuts.length ?? 1) - 1) * batch,
  ]);
export interface OrderParts {
  readonly rows: SplitRows;
  readonly batch: number;
  readonly buckets?: Buckets;
}

/** The step (in training) or batch (in evaluation) that the first row on the device belongs to. */
export const startState = ({ split }: SplitRows): State => state(`data.${split}.start`, 'setting', 'u32');

/** Most training steps of one submit: as many values of each measure as the device keeps until they are read. */
export const RECORDED_STEPS = 1024;
/** Training steps whose measures are recorded and not read yet. */
export const RECORDED = state('metric.train.recorded', 'metric', 'u32');

/**
 * A measure of each recorded training step. Single values, not their sum: how many steps a submit has depends on the
 * speed of the machine, and what a run reports must not.
 */
export const recordState = (measure: string): State =>
  state(`metric.train.${measure}`, 'metric', 'f32', [RECORDED_STEPS]);

/** Batches whose gradients wait for the next update. */
export const ACCUMULATED = state('accumulated', 'counter', 'u32');
/** Lowest validation loss so far, the step it was measured after, and epochs since then. */
export const BEST_LOSS: State = {
  ...state('best-loss', 'counter', 'f32'),
  init: { kind: 'constant', value: HIGHEST },
};
export const BEST_STEP = state('best-step', 'counter', 'u32');
export const WAITED = state('waited', 'counter', 'u32');

/** Sum of a measure over evaluated examples. */
export const sumState = (measure: string): State => state(`metric.evaluate.${measure}`, 'metric', 'f32');
/** What that sum is divided by, where it is not the number of examples. */
export const countState = (measure: string): State =>
  state(`metric.evaluate.${measure}.counted`, 'metric', 'f32');

/** What an optimizer keeps: beside one parameter, or once for all of them. */
export const optimizerState = (owner: string, optimizer: string, name: string, shape: Shape = []): State =>
  state(`${owner}.${optimizer}.${name}`, 'optimizer', 'f32', shape);

/** A tensor that is kept beside a weight. */
const beside =
  (name: string) =>
  ({ name: weight, type }: Pick<State, 'name' | 'type'>): State =>
    state(`${weight}.${name}`, 'optimizer', type.dtype, type.shape);
/** Sum of the gradients since the last update. */
export const gradientState = beside('gradient');
/** Running mean over the updates. */
export const averageState = beside('average');
/** What the weight was when the validation loss was lowest. */
export const bestState = beside('best');

/** A scalar that a schedule keeps between validations. */
export const scheduleState = (schedule: string, name: string, first = 0): State => ({
  ...optimizerState('schedule', schedule, name),
  init: { kind: 'constant', value: first },
});

/** The states of a module, collected while its programs are built. */
export class StateTable {
  private readonly byName = new Map<string, State>();

  /** Remembers a state and hands it on. */
  use(state: State): State {
    this.byName.set(state.name, state);
    return state;
  }

  get all(): readonly State[] {
    return [...this.byName.values()];
  }
}
