import type { Builder, Value } from '../ir/builder.ts';
import { add } from './add.ts';
import { matmul } from './matmul.ts';
import { reshape } from './reshape.ts';

/** x · kernel + bias on the last axis: […, in] by [in, out], and an offset [out] where there is one. */
export function linear(b: Builder, x: Value, kernel: Value, bias?: Value): Value {
  const [width, units] = kernel.type.shape;
  const leading = x.type.shape.slice(0, -1);
  const rows = leading.reduce((product, extent) => product * extent, 1);
  const product = matmul(b, reshape(b, x, [rows, width]), kernel);
  return reshape(b, bias ? add(b, product, bias) : product, [...leading, units]);
}
