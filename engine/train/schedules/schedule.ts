import { int, type Fields, type ParamsOf } from '../../core/fields.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { add } from '../../ops/add.ts';
import { div } from '../../ops/div.ts';
import { minimum } from '../../ops/min.ts';
import { maximum } from '../../ops/max.ts';
import { mul } from '../../ops/mul.ts';
import { sub } from '../../ops/sub.ts';

export interface ScheduleContext<F extends Fields> {
  readonly params: ParamsOf<F>;
  /** Steps taken so far, f32 scalar. */
  readonly step: Value;
  readonly stepsPerEpoch: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** What the schedule remembers of validations, f32 scalars; empty where it does not watch them. */
  readonly scalars: Readonly<Record<string, Value>>;
}

export interface WatchContext<F extends Fields> {
  readonly params: ParamsOf<F>;
  readonly scalars: Readonly<Record<string, Value>>;
  /** Validation loss of the epoch, f32 scalar. */
  readonly loss: Value;
}

/** How the learning rate changes while a model trains, described once. One file each. */
export interface ScheduleRecord<F extends Fields = Fields> {
  readonly id: string;
  readonly title: string;
  /** Markdown: formula and source. */
  readonly doc: string;
  readonly fields: F;
  /** True where it depends on how long the run is; such a run cannot go on for longer than it was started for. */
  readonly wholeRun: boolean;
  /** For schedules that follow the validation loss: scalars they keep, with their first values and how each validation changes them. */
  readonly watch?: {
    readonly first: Readonly<Record<string, number>>;
    advance(b: Builder, context: WatchContext<F>): Readonly<Record<string, Value>>;
  };
  /** What the learning rate is multiplied by at this step, f32 scalar; computed on the device. */
  factor(b: Builder, context: ScheduleContext<F>): Value;
}

/** Checks a record's parameter types while it is written, and forgets them afterwards for the registry. */
export function defineSchedule<F extends Fields>(record: ScheduleRecord<F>): ScheduleRecord<F> {
  return record;
}

/** Above every loss, and still a number on every device. */
export const HIGHEST = 3e38;

export const warmupField = int({
  label: 'Warm-up steps',
  help: 'Steps in which the learning rate rises evenly from 0; 0 for none.',
  default: 0,
  min: 0,
  advanced: true,
});

/** `factor`, times what has been reached of the warm-up (Goyal et al., 2017). */
export function warmed(b: Builder, factor: Value, step: Value, warmup: number): Value {
  return warmup === 0 ? factor : mul(b, factor, minimum(b, div(b, add(b, step, 1), warmup), 1));
}

/** How far the run has come after its warm-up, from 0 to 1. */
export function progress(b: Builder, step: Value, warmup: number, steps: number): Value {
  const part = div(b, sub(b, step, warmup), Math.max(1, steps - warmup));
  return maximum(b, minimum(b, part, 1), 0);
}
