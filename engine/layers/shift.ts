import { int } from '../core/fields.ts';
import { concat } from '../ops/concat.ts';
import { fill } from '../ops/constant.ts';
import { pad } from '../ops/pad.ts';
import { section } from './sections.ts';
import { defineLayer, type LayerProblem, type PortType } from './layer.ts';
import { extentOf } from './axis.ts';
import { INPUT, mismatch, OUTPUT, rearranged } from './shapes.ts';

export default defineLayer({
  type: 'shift',
  title: 'Shift',
  category: 'sequence',
  summary: 'Moves a sequence along its positions.',
  doc:
    '$y_t = x_{t - n}$: what stood at a position stands $n$ positions later, or earlier where $n$ is negative; what is moved out at one end ' +
    'is lost, and the value to fill in stands at the other. *batch × length × …* stays as it is; tokens, too.\n\n' +
    'Makes the target of a language model of its own tokens: moved by −1 each is the one that comes next, and the loss ignores what is ' +
    'filled in at the end. Moved by 1 they are what a decoder has written before each token (teacher forcing).',
  keywords: [
    'roll',
    'lag',
    'delay',
    'next token',
    'teacher forcing',
    'language model',
    'autoregressive',
    'offset',
  ],
  fields: {
    by: int({
      label: 'By',
      help: 'How many positions; negative ones move towards the start.',
      default: 1,
    }),
    value: int({
      label: 'Filled in',
      help: 'What stands at the positions that become free, such as the index of padding.',
      default: 0,
    }),
  },
  inputs: INPUT,
  outputs: OUTPUT,
  infer({ inputs, params: { by, value } }) {
    const [input] = inputs.input;
    const problem = checkSequence(input, by);
    return problem ? { problems: [problem] } : { outputs: { output: filled(input, value) } };
  },
  lower({ b, inputs, params: { by, value } }) {
    const [x] = inputs.input;
    const { shape } = x.type;
    const kept = section(b, x, 1, Math.max(-by, 0), shape[1] - Math.abs(by));
    const border = (width: number) => shape.map((_, axis) => (axis === 1 ? Math.max(width, 0) : 0));
    return { output: pad(b, kept, border(by), border(-by), undefined, value) };
  },
  stepwise({ b, inputs, params: { by, value }, keep, delayed }) {
    if (by < 0) return 'it moves later positions to earlier ones';
    const [x] = inputs.input;
    const late = by === 1 ? delayed(value) : undefined;
    if (by === 0 || late) return { output: late ?? x };
    const past = keep('past', (begin) => fill(begin.b, value, x.type.shape.with(1, by), x.type.dtype));
    const known = concat(b, [past.value, x], 1);
    past.write(section(b, known, 1, 1, by));
    return { output: section(b, known, 1, 0, 1) };
  },
});

/** The value that is filled in is one more index where it is beyond those that there are. */
function filled(input: PortType, value: number): PortType {
  const { classes, vocabulary, ...type } = rearranged([input], input.shape);
  return {
    ...type,
    ...(classes && value < classes.length && { classes }),
    ...(vocabulary && { vocabulary: Math.max(vocabulary, value + 1) }),
  };
}

function checkSequence(input: PortType, by: number): LayerProblem | null {
  if (input.dtype === 'bool' || input.shape.length < 2) {
    return mismatch('input', input, 'f32[batch × length × …] or i32[batch × length]', {
      message: 'This layer moves sequences, but its input has no positions.',
      fix: 'Connect a sequence of numbers or of indices.',
    });
  }
  const length = extentOf(input, 1);
  if (Math.abs(by) < length) return null;
  return {
    code: 'LAYER_SHIFT',
    severity: 'error',
    field: 'by',
    message: 'Nothing of the sequence would be left.',
    got: `${by} positions of ${length}`,
    expected: `less than ${length}`,
    fix: `Move it by ${length - 1} or less.`,
    repair: { kind: 'set', field: 'by', value: Math.sign(by) * (length - 1) },
  };
}
