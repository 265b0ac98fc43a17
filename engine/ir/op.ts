import type { NdArray } from '../core/ndarray.ts';
import type { TensorType } from '../core/tensor.ts';
import type { KernelBody, Operand } from '../kernel/body.ts';
import type { Builder, Value } from './builder.ts';
import type { Attributes } from './program.ts';

/** What reverse-mode differentiation gives an op's `vjp`. */
export interface VjpContext<A extends Attributes> {
  readonly inputs: readonly Value[];
  readonly result: Value;
  /** Gradient of the loss with respect to the result; same type as the result. */
  readonly gradient: Value;
  readonly attributes: A;
  /** Which inputs need a gradient; the others may be left null. */
  readonly needed: readonly boolean[];
}

/**
 * A primitive operation, described once: its types, its meaning in float64 (the oracle of every test), its
 * gradient as a program, its cost and its kernel. One file per op; nothing else branches on `name`.
 */
export interface OpRecord<A extends Attributes = Attributes> {
  readonly name: string;
  /** One or two sentences with the formula. */
  readonly doc: string;
  /** Result type, or a StrataError `OP_TYPE` that says which input does not fit. */
  infer(inputs: readonly TensorType[], attributes: A): TensorType;
  /** Float64 reference on whole arrays, written independently of `kernel`. */
  evaluate(inputs: readonly NdArray[], attributes: A, result: TensorType): NdArray;
  /** Gradients of the inputs, one per input (null where not needed or not differentiable). Absent: none flow. */
  vjp?(b: Builder, context: VjpContext<A>): readonly (Value | null)[];
  kernel(inputs: readonly Operand[], attributes: A, result: TensorType): KernelBody;
  /** Depends on the last bits of its inputs, which must not be rounded. */
  readonly exact?: true;
  /** Its result goes into a buffer, never in place into what reads it: the buffer is what it is for. */
  readonly stored?: true;
  /** Floating-point operations, multiply and add counted apart. Default: one per result element. */
  flops?(inputs: readonly TensorType[], attributes: A, result: TensorType): number;
}

/** Checks a record's attribute type while it is written, and forgets it afterwards for the registry. */
export function defineOp<A extends Attributes>(record: OpRecord<A>): OpRecord<A> {
  return record;
}
