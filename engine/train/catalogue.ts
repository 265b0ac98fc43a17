import { StrataError } from '../core/errors.ts';
import { parseParams, type Fields, type Params, type ParamsOf } from '../core/fields.ts';
import type { TrainingSettings } from '../graph/document.ts';
import { records as metricRecords } from './metrics/registry.gen.ts';
import type { MetricRecord } from './metrics/metric.ts';
import { records as optimizerRecords } from './optimizers/registry.gen.ts';
import type { OptimizerRecord } from './optimizers/optimizer.ts';
import { records as scheduleRecords } from './schedules/registry.gen.ts';
import type { ScheduleRecord } from './schedules/schedule.ts';

/** Every optimizer, schedule and metric there is. Their parameter types are checked in their own files. */
export const optimizers = optimizerRecords as readonly unknown[] as readonly OptimizerRecord[];
export const schedules = scheduleRecords as readonly unknown[] as readonly ScheduleRecord[];
export const metrics: readonly MetricRecord[] = metricRecords;

export const optimizerOf = (id: string): OptimizerRecord => find(optimizers, id, 'optimizer');
export const scheduleOf = (id: string): ScheduleRecord => find(schedules, id, 'schedule');
export const metricOf = (id: string): MetricRecord => find(metrics, id, 'metric');

/** The optimizer of a document with its checked parameters. Throws `OPTIMIZER_UNKNOWN` or `PARAM_INVALID`. */
export function chosenOptimizer({ optimizer }: TrainingSettings): Chosen<OptimizerRecord> {
  return chosen(optimizerOf(optimizer.type), optimizer.params);
}

/** The learning rate's schedule of a document with its checked parameters. Throws `SCHEDULE_UNKNOWN` or `PARAM_INVALID`. */
export function chosenSchedule({ schedule }: TrainingSettings): Chosen<ScheduleRecord> {
  return chosen(scheduleOf(schedule.type), schedule.params);
}

interface Chosen<T extends { readonly fields: Fields }> {
  readonly record: T;
  readonly params: ParamsOf<T['fields']>;
}

function chosen<T extends { readonly title: string; readonly fields: Fields }>(
  record: T,
  given: Params,
): Chosen<T> {
  const { params, problems } = parseParams<T['fields']>(record.fields, given);
  if (problems.length > 0) throw new StrataError({ ...problems[0], where: record.title });
  return { record, params };
}

function find<T extends { readonly id: string }>(records: readonly T[], id: string, kind: string): T {
  const record = records.find((candidate) => candidate.id === id);
  if (record) return record;
  throw new StrataError({
    code: `${kind.toUpperCase()}_UNKNOWN`,
    message: `There is no ${kind} called "${id}".`,
    got: id,
    expected: records.map((candidate) => candidate.id).join(', '),
    fix: `Choose another ${kind}.`,
  });
}
