import { elementAt, generate } from '../core/ndarray.ts';
import { formatType } from '../core/tensor.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { cast } from '../kernel/scalar.ts';
import type { NoAttributes } from './elementwise.ts';
import { scatterRows } from './scatter-rows.ts';
import { mismatch } from './mismatch.ts';

const record = defineOp<NoAttributes>({
  name: 'gather',
  doc: 'Rows of a table: y[i…, j…] = table[indices[i…], j…]. Indices are i32 or u32 within the table.',
  infer: ([table, indices]) => {
    if (table.shape.length > 0 && (indices.dtype === 'i32' || indices.dtype === 'u32')) {
      return { dtype: table.dtype, shape: [...indices.shape, ...table.shape.slice(1)] };
    }
    throw mismatch(
      'These rows cannot be looked up.',
      `${formatType(table)} by ${formatType(indices)}`,
      'a table of rows and whole numbers',
    );
  },
  evaluate: ([table, indices], _, { shape }) => {
    const rank = indices.shape.length;
    return generate(table.dtype, shape, (index) =>
      elementAt(table, [elementAt(indices, index.slice(0, rank)), ...index.slice(rank)]),
    );
  },
  vjp: (b, { gradient, inputs: [table, indices], needed }) => [
    needed[0] ? scatterRows(b, gradient, indices, table.type.shape[0]) : null,
    null,
  ],
  kernel: ([table, indices]) => {
    const rank = indices.type.shape.length;
    return {
      kind: 'map',
      element: (index) => table.at([cast(indices.at(index.slice(0, rank)), 'i32'), ...index.slice(rank)]),
    };
  },
  flops: () => 0,
});
export default record;

export const gather = (b: Builder, table: Value, indices: Value): Value =>
  b.emit(record, [table, indices], {});
