import { generate, position } from '../core/ndarray.ts';
import { uniform } from '../core/random.ts';
import type { Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { constant } from '../kernel/arithmetic.ts';
import { ravel } from '../kernel/rewrite.ts';
import { call, cast } from '../kernel/scalar.ts';

type Attributes = { readonly shape: Shape; readonly stream: number };

const record = defineOp<Attributes>({
  name: 'random',
  doc: 'Uniform numbers in [0, 1) by the counter-based hash of (seed, stream, step, index); see core/random.ts.',
  infer: (_, { shape }) => ({ dtype: 'f32', shape }),
  evaluate: ([seed, step], { shape, stream }) =>
    generate('f32', shape, (index) => uniform(seed.data[0], stream, step.data[0], position(shape, index))),
  kernel: ([seed, step], { shape, stream }) => ({
    kind: 'map',
    element: (index) =>
      call(
        'random',
        'f32',
        cast(ravel(index, shape), 'u32'),
        step.at([]),
        constant('u32', stream),
        seed.at([]),
      ),
  }),
});
export default record;

/** `seed` and `step` are u32 scalars; `stream` tells apart the users of randomness in one step. */
export const random = (b: Builder, seed: Value, step: Value, stream: number, shape: Shape): Value =>
  b.emit(record, [seed, step], { shape, stream });
