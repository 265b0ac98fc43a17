import { ndarray } from '../core/ndarray.ts';
import { size } from '../core/shape.ts';
import { formatType } from '../core/tensor.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { constant } from '../kernel/arithmetic.ts';
import { reindex } from '../kernel/rewrite.ts';
import { call, whole } from '../kernel/scalar.ts';
import type { NoAttributes } from './elementwise.ts';
import { mismatch } from './mismatch.ts';

/** Largest finite number of 16 bits. */
const LARGEST = 65_504;

const record = defineOp<NoAttributes>({
  name: 'pack-halves',
  doc: 'Real numbers rounded to 16 bits (IEEE 754 binary16, ties to even), two to a word, in row-major order; beyond ±65504 the largest.',
  infer: ([x]) => {
    if (x.dtype === 'f32' && size(x.shape) % 2 === 0) return { dtype: 'u32', shape: [size(x.shape) / 2] };
    throw mismatch('These numbers cannot be packed.', formatType(x), 'an even number of real numbers');
  },
  evaluate: ([x], _, { dtype, shape }) => {
    const halves = Float16Array.from(x.data, (value) => Math.min(LARGEST, Math.max(-LARGEST, value)));
    return ndarray(dtype, shape, new Uint32Array(halves.buffer));
  },
  kernel: ([x], _, { shape: [words] }) => ({
    kind: 'map',
    element: ([word]) => {
      const half = (at: number) =>
        call('half-bits', 'u32', x.at(reindex([word, whole(at)], [words, 2], x.type.shape)));
      return call('add', 'u32', half(0), call('mul', 'u32', half(1), constant('u32', 0x10000)));
    },
  }),
  stored: true,
  flops: () => 0,
});
export default record;

/** No gradient flows through it. */
export const packHalves = (b: Builder, x: Value): Value => b.emit(record, [x], {});
