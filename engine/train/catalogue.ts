import { StrataError } from '../core/errors.ts';
import { parseParams, type ParamsOf } from '../core/fields.ts';
import type { TrainingSettings } from '../graph/document.ts';
import { records as metricRecords } from './metrics/registry.gen.ts';
import type { MetricRecord } from './metrics/metric.ts';
import { records as optimizerRecords } from './optimizers/registry.gen.ts';
import type { OptimizerRecord } from './optimizers/optimizer.ts';

/** Every optimizer and metric there is. Their parameter types are checked in their own files. */
export const optimizers = optimizerRecords as readonly unknown[] as readonly OptimizerRecord[];
export const metrics: readonly MetricRecord[] = metricRecords;

export const optimizerOf = (id: string): OptimizerRecord => find(optimizers, id, 'optimizer');
export const metricOf = (id: string): MetricRecord => find(metrics, id, 'metric');

/** The optimizer of a document with its checked parameters. Throws `OPTIMIZER_UNKNOWN` or `PARAM_INVALID`. */
export function chosenOptimizer({ optimizer: { type, params: given } }: TrainingSettings): {
  readonly record: OptimizerRecord;
  readonly params: ParamsOf<OptimizerRecord['fields']>;
} {
  const record = optimizerOf(type);
  const { params, problems } = parseParams(record.fields, given);
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
