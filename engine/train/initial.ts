import { allocate, type TypedArray } from '../core/dtype.ts';
import { normal, streamOf, uniform } from '../core/random.ts';
import { size } from '../core/shape.ts';
import type { State } from '../ir/program.ts';

/**
 * What a state holds before the first step. Random values come from a stream of the state's own name, so that
 * adding a layer does not change how the others start.
 */
export function initialValues({ name, type, init }: State, seed: number): TypedArray {
  const values = allocate(type.dtype, size(type.shape));
  const stream = streamOf(name);
  switch (init.kind) {
    case 'constant':
      return values.fill(init.value);
    case 'values':
      values.set(init.values);
      return values;
    case 'uniform':
      return values.map((_, index) => init.limit * (2 * uniform(seed, stream, 0, index) - 1));
    case 'normal':
      return values.map((_, index) => init.standardDeviation * normal(seed, stream, 0, index));
    default:
      return values;
  }
}
