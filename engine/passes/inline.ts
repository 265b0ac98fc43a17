import type { Builder, Value } from '../ir/builder.ts';
import type { Program, ValueId } from '../ir/program.ts';
import { opRecord } from '../ops/records.ts';

/** Writes a program's instructions into `b`, with the given values for what it reads. Returns its values by their ids. */
export function inline(b: Builder, program: Program, given: (state: string) => Value): Map<ValueId, Value> {
  const values = new Map<ValueId, Value>(program.reads.map(({ state, value }) => [value, given(state)]));
  const valueOf = (id: ValueId): Value => {
    const value = values.get(id);
    if (!value) throw new Error(`%${id} of "${program.name}" has no value.`);
    return value;
  };
  const before = b.origin;
  for (const { op, inputs, results, attributes, origin, scan } of program.instructions) {
    if (scan) throw new Error('A recurrence inside of a recurrence cannot be taken apart.');
    b.origin = origin;
    values.set(results[0], b.emit(opRecord(op), inputs.map(valueOf), attributes));
  }
  b.origin = before;
  return values;
}
