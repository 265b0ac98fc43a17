import { int } from '../core/fields.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { broadcast } from '../ops/broadcast.ts';
import { cast } from '../ops/cast.ts';
import { fill } from '../ops/constant.ts';
import { equal } from '../ops/equal.ts';
import { iota } from '../ops/iota.ts';
import { max } from '../ops/reduce-max.ts';
import { sum } from '../ops/reduce-sum.ts';
import { reshape } from '../ops/reshape.ts';
import { restore } from '../ops/reduction.ts';
import { select } from '../ops/select.ts';
import { slice } from '../ops/slice.ts';
import { defineLayer, type LayerProblem } from './layer.ts';
import { checkMask, maskPort, maskValue } from './masks.ts';
import { f32, features, lastExtent, OUTPUT, requireSequence, SEQUENCES } from './shapes.ts';

export default defineLayer({
  type: 'take-step',
  title: 'TakeStep',
  category: 'sequence',
  summary: 'One position of a sequence, such as the last one.',
  doc:
    '$y = x_t$: *batch × length × channels* becomes *batch × channels*. Position 0 is the first one, −1 the last one. With a mask, ' +
    'negative positions count back from the last one that counts, so that −1 is the last token and not the padding behind it; ' +
    'where there is no such position the result is 0.\n\n' +
    'The first position is where BERT reads a whole text from, the last one is what a causal model has read it all at.',
  keywords: ['last step', 'cls', 'select', 'index', 'slice'],
  fields: {
    position: int({ label: 'Position', help: 'Which one; −1 is the last one.', default: -1 }),
  },
  inputs: [...SEQUENCES, maskPort],
  outputs: OUTPUT,
  infer({ inputs, params: { position } }) {
    const [input] = inputs.input;
    const problem =
      requireSequence('input', input) ??
      checkMask(inputs.mask, input.shape[1]) ??
      checkPosition(position, features(input)[0]);
    return problem ? { problems: [problem] } : { outputs: { output: f32(lastExtent(input)) } };
  },
  lower({ b, inputs, params: { position } }) {
    const [x] = inputs.input;
    const mask = maskValue(b, inputs.mask);
    if (mask && position < 0) return { output: fromLast(b, x, mask, position) };
    const [batch, length, channels] = x.type.shape;
    const at = position < 0 ? length + position : position;
    return { output: reshape(b, slice(b, x, [0, at, 0], [batch, at + 1, channels]), [batch, channels]) };
  },
  stepwise({ b, inputs, params: { position }, keep }) {
    if (position !== -1) return 'it takes a position that is not the newest one';
    const [x] = inputs.input;
    const [batch, , channels] = x.type.shape;
    const newest = reshape(b, x, [batch, channels]);
    const mask = maskValue(b, inputs.mask);
    if (!mask) return { output: newest };
    const last = keep('last', (begin) => fill(begin.b, 0, [batch, channels]));
    const output = select(b, broadcast(b, mask, [batch, channels], [0, 1]), newest, last.value);
    last.write(output);
    return { output };
  },
});

/** The position that lies before the last one that counts: −1 is that one itself. */
function fromLast(b: Builder, x: Value, mask: Value, position: number): Value {
  const { shape } = mask.type;
  const steps = cast(b, iota(b, shape, 1), 'f32');
  const last = max(b, select(b, mask, steps, -shape[1]), [1]);
  const chosen = equal(b, steps, restore(b, add(b, last, position + 1), shape, [1]));
  return sum(b, select(b, broadcast(b, chosen, x.type.shape, [0, 1]), x, 0), [1]);
}

function checkPosition(position: number, length: number): LayerProblem | null {
  if (position >= -length && position < length) return null;
  return {
    code: 'LAYER_POSITION',
    severity: 'error',
    port: 'input',
    field: 'position',
    message: 'The sequence has no such position.',
    got: `position ${position} of ${length}`,
    expected: `${-length} to ${length - 1}`,
    fix: 'Set the position to −1 for the last one.',
    repair: { kind: 'set', field: 'position', value: -1 },
  };
}
