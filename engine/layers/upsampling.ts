import { choice, integers } from '../core/fields.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { abs } from '../ops/abs.ts';
import { add } from '../ops/add.ts';
import { repeat } from '../ops/broadcast.ts';
import { cast } from '../ops/cast.ts';
import { concat } from '../ops/concat.ts';
import { iota } from '../ops/iota.ts';
import { less } from '../ops/less.ts';
import { mul } from '../ops/mul.ts';
import { reshape } from '../ops/reshape.ts';
import { select } from '../ops/select.ts';
import { sub } from '../ops/sub.ts';
import { defineLayer, type LayerRecord, type Words } from './layer.ts';
import { section } from './sections.ts';
import { f32, features, lastExtent, OUTPUT } from './shapes.ts';
import type { Space } from './space.ts';

/** Values on the straight line between neighbours; beyond the border lies the border's own value. */
function interpolate(b: Builder, x: Value, axis: number, times: number): Value {
  const { shape } = x.type;
  const extent = shape[axis];
  const bordered = concat(b, [section(b, x, axis, 0, 1), x, section(b, x, axis, extent - 1, 1)], axis);
  const rest = shape.slice(axis + 1);
  const apart = (value: Value): Value =>
    reshape(b, repeat(b, value, axis, times), [...shape.slice(0, axis + 1), times, ...rest]);
  // Where the middle of each new value lies, seen from the middle of the old one, in widths of the old one.
  const count = cast(b, iota(b, [times, ...rest.map(() => 1)], 0), 'f32');
  const place = sub(b, mul(b, add(b, count, 0.5), 1 / times), 0.5);
  const before = apart(section(b, bordered, axis, 0, extent));
  const after = apart(section(b, bordered, axis, 2, extent));
  const share = abs(b, place);
  const neighbour = mul(b, select(b, less(b, place, 0), before, after), share);
  return reshape(b, add(b, mul(b, apart(x), sub(b, 1, share)), neighbour), shape.with(axis, extent * times));
}

const fieldsOf = ({ axes, taps }: Space) => ({
  factor: integers({
    label: 'Factor',
    help: `How many ${taps} become of one.`,
    default: axes.map(() => 2),
    length: axes.length,
    min: 1,
  }),
  method: choice<'nearest' | 'linear'>({
    label: 'Method',
    help: 'What stands between the old values.',
    default: 'nearest',
    options: [
      { value: 'nearest', label: 'nearest', help: 'The nearest value again.' },
      { value: 'linear', label: 'linear', help: 'A straight line from value to value.' },
    ],
  }),
});

/** A layer that makes a sequence or an image larger by whole factors. */
export function upsamplingLayer(space: Space, words: Words): LayerRecord<ReturnType<typeof fieldsOf>> {
  return defineLayer({
    ...words,
    category: 'shape',
    fields: fieldsOf(space),
    inputs: space.inputs,
    outputs: OUTPUT,
    infer({ inputs, params: { factor } }) {
      const [input] = inputs.input;
      const problem = space.require('input', input);
      if (problem) return { problems: [problem] };
      const extents = features(input).slice(0, -1);
      const larger = extents.map((extent, axis) => extent * factor[axis]);
      return { outputs: { output: f32(...larger, lastExtent(input)) } };
    },
    lower({ b, inputs, params: { factor, method } }) {
      const enlarge = method === 'nearest' ? repeat : interpolate;
      const output = space.axes.reduce(
        (value, axis, at) => enlarge(b, value, axis, factor[at]),
        inputs.input[0],
      );
      return { output };
    },
  });
}
