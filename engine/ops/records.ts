import type { OpRecord } from '../ir/op.ts';
import { records } from './registry.gen.ts';

const byName = new Map<string, OpRecord>(records.map((record: OpRecord) => [record.name, record]));

/** The record of an op. */
export function opRecord(name: string): OpRecord {
  const record = byName.get(name);
  if (!record) throw new Error(`There is no op called "${name}".`);
  return record;
}
