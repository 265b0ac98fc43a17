import { elementAt, generate } from '../core/ndarray.ts';
import { formatType, type TensorType } from '../core/tensor.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { add } from '../kernel/arithmetic.ts';
import { less, select, whole } from '../kernel/scalar.ts';
import { slice } from './slice.ts';
import { mismatch } from './mismatch.ts';

type Attributes = { readonly axis: number };

const record = defineOp<Attributes>({
  name: 'concat',
  doc: 'Joins tensors along one axis; all other extents are equal.',
  infer: (inputs, { axis }) => {
    const [first] = inputs;
    const fits = inputs.every(
      ({ dtype, shape }) =>
        dtype === first.dtype && shape.every((extent, at) => at === axis || extent === first.shape[at]),
    );
    if (!fits) {
      throw mismatch(
        `These tensors cannot be joined along axis ${axis}.`,
        inputs.map(formatType).join(', '),
        'equal types but for that axis',
      );
    }
    const extent = inputs.reduce((total, { shape }) => total + shape[axis], 0);
    return { dtype: first.dtype, shape: first.shape.map((other, at) => (at === axis ? extent : other)) };
  },
  evaluate: (inputs, { axis }, { dtype, shape }) =>
    generate(dtype, shape, (index) => {
      let at = index[axis];
      let part = 0;
      while (at >= inputs[part].shape[axis]) at -= inputs[part++].shape[axis];
      return elementAt(
        inputs[part],
        index.map((other, other_) => (other_ === axis ? at : other)),
      );
    }),
  vjp: (b, { gradient, inputs, attributes: { axis }, needed }) => {
    const starts = offsets(
      inputs.map(({ type }) => type),
      axis,
    );
    return inputs.map(({ type }, part) => {
      if (!needed[part]) return null;
      const from = type.shape.map((_, at) => (at === axis ? starts[part] : 0));
      return slice(
        b,
        gradient,
        from,
        type.shape.map((extent, at) => from[at] + extent),
      );
    });
  },
  kernel: (inputs, { axis }) => {
    const starts = offsets(
      inputs.map(({ type }) => type),
      axis,
    );
    return {
      kind: 'map',
      element: (index) => {
        const parts = inputs.map((input, part) =>
          input.at(index.map((at, other) => (other === axis ? add(at, whole(-starts[part])) : at))),
        );
        return parts.reduceRight((rest, element, part) =>
          select(less(index[axis], whole(starts[part + 1])), element, rest),
        );
      },
    };
  },
  flops: () => 0,
});
export default record;

/** Most tensors that are joined at once: a kernel has few buffers. */
const AT_ONCE = 8;

export function concat(b: Builder, inputs: readonly Value[], axis: number): Value {
  if (inputs.length === 1) return inputs[0];
  if (inputs.length <= AT_ONCE) return b.emit(record, inputs, { axis });
  const groups = Math.ceil(inputs.length / AT_ONCE);
  const parts = Array.from({ length: groups }, (_, at) => inputs.slice(at * AT_ONCE, (at + 1) * AT_ONCE));
  return concat(
    b,
    parts.map((part) => concat(b, part, axis)),
    axis,
  );
}

/** Where each part begins on the joined axis. */
function offsets(types: readonly TensorType[], axis: number): number[] {
  let start = 0;
  return types.map(({ shape }) => (start += shape[axis]) - shape[axis]);
}
