import type { Builder, Value } from '../ir/builder.ts';
import { cast } from './cast.ts';
import { equal } from './equal.ts';
import { iota } from './iota.ts';
import { reshape } from './reshape.ts';

/** f32 rows that are 1 at the index and 0 elsewhere: [… , depth] from i32 indices […]. */
export function oneHot(b: Builder, indices: Value, depth: number): Value {
  const { shape } = indices.type;
  const classes = iota(b, [...shape, depth], shape.length);
  return cast(b, equal(b, classes, reshape(b, indices, [...shape, 1])), 'f32');
}
