import { generate, position } from '../core/ndarray.ts';
import { uniform } from '../core/random.ts';
import type { Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { constant } from '../kernel/arithmetic.ts';
import type { Expression } from '../kernel/expression.ts';
import { ravel } from '../kernel/rewrite.ts';
import { call, cast } from '../kernel/scalar.ts';

/** `whole`: the tensor that the result is a part of, where it is one. */
type Attributes = { readonly shape: Shape; readonly stream: number; readonly whole: Shape };

const record = defineOp<Attributes>({
  name: 'random',
  doc: 'Uniform numbers in [0, 1) by the counter-based hash of (seed, stream, step, index); see core/random.ts.',
  infer: (_, { shape }) => ({ dtype: 'f32', shape }),
  evaluate: ([seed, step, start], { shape, stream, whole }) => {
    const first = start?.data[0] ?? 0;
    return generate('f32', shape, (index) =>
      uniform(seed.data[0], stream, step.data[0], first + position(whole, index)),
    );
  },
  kernel: ([seed, step, start], { stream, whole }) => ({
    kind: 'map',
    element: (index) =>
      call(
        'random',
        'f32',
        start ? call('add', 'u32', numberOf(index, whole), start.at([])) : numberOf(index, whole),
        step.at([]),
        constant('u32', stream),
        seed.at([]),
      ),
  }),
});
export default record;

const numberOf = (index: readonly Expression[], shape: Shape): Expression => cast(ravel(index, shape), 'u32');

/** A part of a larger tensor: the numbers are those that stand there, from the position `start` (u32 scalar) of its first one on. */
export interface RandomPart {
  readonly whole: Shape;
  readonly start: Value;
}

/** `seed` and `step` are u32 scalars; `stream` tells apart the users of randomness in one step. */
export const random = (
  b: Builder,
  seed: Value,
  step: Value,
  stream: number,
  shape: Shape,
  part?: RandomPart,
): Value =>
  b.emit(record, part ? [seed, step, part.start] : [seed, step], {
    shape,
    stream,
    whole: part?.whole ?? shape,
  });
