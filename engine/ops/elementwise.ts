import { ndarray } from '../core/ndarray.ts';
import { sameShape } from '../core/shape.ts';
import { formatType, type TensorType } from '../core/tensor.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp, type OpRecord, type VjpContext } from '../ir/op.ts';
import { call } from '../kernel/scalar.ts';
import { broadcastTo } from './broadcast.ts';
import { fill } from './constant.ts';
import { mismatch } from './mismatch.ts';

/** What all element-by-element ops share; each op's own file says what is particular. */

export type NoAttributes = Readonly<Record<string, never>>;
type Gradients = (b: Builder, context: VjpContext<NoAttributes>) => readonly (Value | null)[];

/** A value, or a number that is repeated over the shape of the other operand. */
export type Operand = Value | number;

export function unary(op: {
  readonly name: string;
  readonly doc: string;
  readonly evaluate: (x: number) => number;
  readonly vjp?: (b: Builder, context: VjpContext<NoAttributes>) => Value;
  /** Result type; the type of the input where absent. */
  readonly result?: TensorType['dtype'];
}): OpRecord<NoAttributes> {
  const { vjp } = op;
  return defineOp<NoAttributes>({
    name: op.name,
    doc: op.doc,
    infer: ([x]) => ({ dtype: op.result ?? x.dtype, shape: x.shape }),
    evaluate: ([x], _, result) => ndarray(result.dtype, result.shape, x.data.map(op.evaluate)),
    vjp: vjp && ((b, context) => [vjp(b, context)]),
    kernel: ([x], _, result) => ({
      kind: 'map',
      element: (index) => call(op.name, result.dtype, x.at(index)),
    }),
  });
}

export function binary(op: {
  readonly name: string;
  readonly doc: string;
  readonly evaluate: (x: number, y: number) => number;
  readonly vjp?: Gradients;
  readonly result?: TensorType['dtype'];
}): OpRecord<NoAttributes> {
  return defineOp<NoAttributes>({
    name: op.name,
    doc: op.doc,
    infer: ([x, y]) => {
      requireSameType(op.name, x, y);
      return { dtype: op.result ?? x.dtype, shape: x.shape };
    },
    evaluate: ([x, y], _, result) =>
      ndarray(
        result.dtype,
        result.shape,
        x.data.map((value, at) => op.evaluate(value, y.data[at])),
      ),
    vjp: op.vjp,
    kernel: ([x, y], _, result) => ({
      kind: 'map',
      element: (index) => call(op.name, result.dtype, x.at(index), y.at(index)),
    }),
  });
}

export function requireSameType(op: string, x: TensorType, y: TensorType): void {
  if (x.dtype === y.dtype && sameShape(x.shape, y.shape)) return;
  throw mismatch(
    `The operation "${op}" needs two operands of the same type.`,
    `${formatType(x)} and ${formatType(y)}`,
    'equal types',
  );
}

/** Emits a binary op after bringing both operands to one shape, by NumPy's broadcasting rule. */
export function emitBinary(b: Builder, record: OpRecord<NoAttributes>, x: Operand, y: Operand): Value {
  const dtype = typeof x === 'number' ? (y as Value).type.dtype : x.type.dtype;
  const [left, right] = [x, y].map((operand) =>
    typeof operand === 'number' ? fill(b, operand, [], dtype) : operand,
  );
  const shape = broadcastShape(record.name, left.type.shape, right.type.shape);
  return b.emit(record, [broadcastTo(b, left, shape), broadcastTo(b, right, shape)], {});
}

function broadcastShape(op: string, a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw mismatch(
      `The operation "${op}" cannot bring its operands to one shape.`,
      `[${a.join(', ')}] and [${b.join(', ')}]`,
      'extents that are equal or 1, counted from the last axis',
    );
  });
}
