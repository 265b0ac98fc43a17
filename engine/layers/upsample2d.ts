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
import { defineLayer } from './layer.ts';
import { section } from './sections.ts';
import { f32, features, IMAGES, OUTPUT, requireImage } from './shapes.ts';

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

export default defineLayer({
  type: 'upsample2d',
  title: 'UpSample2D',
  category: 'shape',
  summary: 'Makes images larger by a whole factor.',
  doc:
    '*batch × height × width × channels* becomes *batch × (height · rows) × (width · columns) × channels*: each pixel is repeated, or ' +
    'the values between two pixels lie on the line between them.\n\n' +
    'Before a convolution in decoders and generators, where ConvTranspose2D would leave a checkerboard.',
  keywords: ['upsampling', 'resize', 'interpolate', 'nearest', 'bilinear', 'enlarge', 'decoder'],
  fields: {
    factor: integers({
      label: 'Factor',
      help: 'How many rows and columns become of one.',
      default: [2, 2],
      length: 2,
      min: 1,
    }),
    method: choice({
      label: 'Method',
      help: 'What lies between the pixels.',
      default: 'nearest',
      options: [
        { value: 'nearest', label: 'nearest', help: 'The nearest pixel.' },
        { value: 'bilinear', label: 'bilinear', help: 'A straight line from pixel to pixel.' },
      ],
    }),
  },
  inputs: IMAGES,
  outputs: OUTPUT,
  infer({ inputs, params: { factor } }) {
    const [input] = inputs.input;
    const problem = requireImage('input', input);
    if (problem) return { problems: [problem] };
    const [height, width, channels] = features(input);
    return { outputs: { output: f32(height * factor[0], width * factor[1], channels) } };
  },
  lower({ b, inputs, params: { factor, method } }) {
    const enlarge = method === 'nearest' ? repeat : interpolate;
    return { output: enlarge(b, enlarge(b, inputs.input[0], 1, factor[0]), 2, factor[1]) };
  },
});
