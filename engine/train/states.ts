import type { Binding } from '../core/binding.ts';
import type { Split } from '../core/dataset.ts';
import type { DType } from '../core/dtype.ts';
import type { Shape } from '../core/shape.ts';
import type { State, StateRole } from '../ir/program.ts';

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

/** Training only: which of the rows on the device come first, second, … */
export const orderState = ({ split, capacity }: SplitRows): State =>
  state(`data.${split}.order`, 'data', 'i32', [capacity]);

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

/** Sum of a measure over evaluated examples. */
export const sumState = (measure: string): State => state(`metric.evaluate.${measure}`, 'metric', 'f32');

/** What an optimizer keeps: beside one parameter, or once for all of them. */
export const optimizerState = (owner: string, optimizer: string, name: string, shape: Shape = []): State =>
  state(`${owner}.${optimizer}.${name}`, 'optimizer', 'f32', shape);

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
