import { int } from '../../core/fields.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { add } from '../../ops/add.ts';
import { and } from '../../ops/and.ts';
import { broadcast } from '../../ops/broadcast.ts';
import { cast } from '../../ops/cast.ts';
import { fill } from '../../ops/constant.ts';
import { div } from '../../ops/div.ts';
import { equal } from '../../ops/equal.ts';
import { exp } from '../../ops/exp.ts';
import { iota } from '../../ops/iota.ts';
import { less } from '../../ops/less.ts';
import { log } from '../../ops/log.ts';
import { matmul } from '../../ops/matmul.ts';
import { maximum } from '../../ops/max.ts';
import { mul } from '../../ops/mul.ts';
import { neg } from '../../ops/neg.ts';
import { not } from '../../ops/not.ts';
import { oneHot } from '../../ops/one-hot.ts';
import { pad } from '../../ops/pad.ts';
import { max } from '../../ops/reduce-max.ts';
import { sum } from '../../ops/reduce-sum.ts';
import { restore } from '../../ops/reduction.ts';
import { reshape } from '../../ops/reshape.ts';
import { select } from '../../ops/select.ts';
import { LOWEST, logSoftmax } from '../../ops/softmax.ts';
import { stopGradient } from '../../ops/stop-gradient.ts';
import { sub } from '../../ops/sub.ts';
import { transpose } from '../../ops/transpose.ts';
import { defineLayer, type LayerProblem, type PortType } from '../layer.ts';
import { checkMask, maskPort, maskValue } from '../masks.ts';
import { section } from '../sections.ts';
import { features, lastExtent, mismatch, requireSequence } from '../shapes.ts';
import { lossFields, lossPorts, targetType, targetValue } from './target.ts';

export default defineLayer({
  type: 'ctc',
  title: 'CTC',
  category: 'loss',
  summary: 'For reading out a shorter sequence, such as the words of a recording.',
  doc:
    '$L = -\\frac1n \\ln \\sum_a \\prod_t p_t(a_t)$ with $p_t = \\operatorname{softmax}(x_t)$ of the scores at each step, over all ways $a$ to ' +
    'spread the $n$ indices of the target over the steps: each may stay for several steps, and the blank may stand between two of them, as ' +
    'it must between equal ones. It is not told where in the input they are.\n\n' +
    'Scores are *batch × steps × classes*, the blank among the classes; the target is *batch × length* indices, which end at the first ' +
    'padding. The mask says which steps of the input there are. As in PyTorch the loss of an example is divided by the length of its ' +
    'target. One whose target does not fit its steps has the loss 0 and trains nothing.\n\n' +
    'For speech and handwriting. Graves et al., ICML 2006.',
  keywords: [
    'connectionist temporal classification',
    'speech recognition',
    'handwriting',
    'ocr',
    'alignment',
    'CTCLoss',
    'transcription',
  ],
  fields: {
    ...lossFields,
    blank: int({ label: 'Blank index', help: 'Class that stands for nothing new.', default: 0, min: 0 }),
    padding: int({
      label: 'Padding index',
      help: 'Index at which a target ends; the blank, which is never part of one, may do.',
      default: 0,
      min: -1,
    }),
  },
  inputs: [...lossPorts, maskPort],
  outputs: [],
  prediction: 'prediction',
  loss: { metrics: [] },
  infer(context) {
    const { params, inputs } = context;
    const [prediction] = inputs.prediction;
    const given = targetType(withIndices(context));
    if (given && 'problem' in given) return { problems: [given.problem] };
    const problem =
      requireSequence('prediction', prediction) ??
      checkMask(inputs.mask, prediction.shape[1]) ??
      checkBlank(params.blank, lastExtent(prediction)) ??
      (given && checkTarget(prediction, given.target));
    return problem ? { problems: [problem] } : { outputs: {} };
  },
  lower(context) {
    const { b, params, inputs } = context;
    const [prediction] = inputs.prediction;
    const target = targetValue(withIndices(context));
    const [batch] = target.type.shape;
    const lengths = lengthsOf(b, target, params.padding);
    const states = statesOf(b, target, params.blank);
    const paths = sumPaths(b, {
      emissions: emissionsOf(b, prediction, states),
      skips: skipsOf(b, states, params.blank),
      mask: maskValue(b, inputs.mask),
    });
    const total = logSum(b, [endsOf(b, paths, lengths, 0), endsOf(b, paths, lengths, -1)]);
    const possible = less(b, LOWEST / 2, total);
    const penalty = div(b, neg(b, total), maximum(b, cast(b, lengths, 'f32'), 1));
    return { loss: reshape(b, select(b, possible, penalty, 0), [batch]) };
  },
});

/** Target columns are read as indices. */
const withIndices = <T extends { readonly params: { readonly columns: readonly string[] } }>(context: T) => ({
  ...context,
  params: { ...context.params, encoding: 'indices' as const },
});

function checkBlank(blank: number, classes: number): LayerProblem | null {
  if (blank < classes) return null;
  return {
    code: 'LOSS_BLANK',
    severity: 'error',
    field: 'blank',
    message: 'The blank is none of the classes.',
    got: `${blank}`,
    expected: `0 to ${classes - 1}`,
    fix: `Set the blank to ${classes - 1}, or make the last layer wider.`,
    repair: { kind: 'set', field: 'blank', value: classes - 1 },
  };
}

function checkTarget(prediction: PortType, target: PortType): LayerProblem | null {
  if (target.dtype !== 'i32' || target.shape.length !== 2) {
    return mismatch('target', target, 'i32[batch × length]', {
      message: 'The target is no sequence of indices.',
      fix: 'Choose a text, or several columns that are read as indices.',
    });
  }
  const { vocabulary = 0 } = target;
  if (vocabulary <= lastExtent(prediction)) return null;
  return mismatch('prediction', prediction, `f32[batch × ${features(prediction)[0]} × ${vocabulary}]`, {
    message: `The target has ${vocabulary} different indices, but the prediction has ${lastExtent(prediction)} scores.`,
    fix: `Make the last layer ${vocabulary} wide.`,
    repair: { kind: 'resize', extent: vocabulary },
  });
}

/** How many indices stand before the first padding, i32[batch]. */
function lengthsOf(b: Builder, target: Value, padding: number): Value {
  const { shape } = target.type;
  const here = iota(b, shape, 1);
  const ends = select(b, equal(b, target, padding), here, shape[1]);
  return neg(b, max(b, neg(b, ends), [1]));
}

/** The target with a blank before, between and behind its indices, i32[batch, 2 · length + 1]. */
function statesOf(b: Builder, target: Value, blank: number): Value {
  return pad(b, target, [0, 1], [0, 1], [0, 1], blank);
}

/** True where a path may come from two states before: at an index that differs from the one before, and is no blank. */
function skipsOf(b: Builder, states: Value, blank: number): Value {
  const { shape } = states.type;
  const before = pad(b, section(b, states, 1, 0, shape[1] - 2), [0, 2], [0, 0], [0, 0], blank);
  return and(b, not(b, equal(b, states, blank)), not(b, equal(b, states, before)));
}

/** The logarithm of the probability of each state at each step, [steps, batch, states]. */
function emissionsOf(b: Builder, prediction: Value, states: Value): Value {
  const classes = oneHot(b, states, prediction.type.shape[2]);
  const chosen = matmul(b, logSoftmax(b, prediction), classes, { transposeRight: true });
  return transpose(b, chosen, [1, 0, 2]);
}

interface Lattice {
  readonly emissions: Value;
  readonly skips: Value;
  /** Steps that there are; all where absent. */
  readonly mask: Value | undefined;
}

/** The logarithm of the probability of all paths to each state at the last step, [batch, states]. */
function sumPaths(b: Builder, { emissions, skips, mask }: Lattice): Value {
  const [steps, batch, states] = emissions.type.shape;
  // Before the first step every path is at the first blank, from where it goes there or to the first index.
  const start = select(b, equal(b, iota(b, [batch, states], 1), 0), fill(b, 0, [batch, states]), LOWEST);
  const counted = mask ? [transpose(b, mask, [1, 0])] : [];
  const { last } = b.scan(
    { first: [start], sequences: [emissions, ...counted], constants: [skips], steps },
    (step, { carries: [paths], slices: [emission, counts], constants: [skip] }) => {
      const ways = [paths, moved(step, paths, 1), select(step, skip, moved(step, paths, 2), LOWEST)];
      const next = add(step, logSum(step, ways), emission);
      const there = counts && broadcast(step, counts, next.type.shape, [0]);
      return { carries: [there ? select(step, there, next, paths) : next], outputs: [] };
    },
  );
  return last[0];
}

/** What stands `by` states before. */
function moved(b: Builder, paths: Value, by: number): Value {
  const kept = section(b, paths, 1, 0, paths.type.shape[1] - by);
  return pad(b, kept, [0, by], [0, 0], [0, 0], LOWEST);
}

/** ln Σ e^x, with the largest taken off first, so that nothing overflows. */
function logSum(b: Builder, values: readonly Value[]): Value {
  const most = stopGradient(
    b,
    values.reduce((x, y) => maximum(b, x, y)),
  );
  const shares = values.map((value) => exp(b, sub(b, value, most)));
  return add(
    b,
    log(
      b,
      shares.reduce((x, y) => add(b, x, y)),
    ),
    most,
  );
}

/** The paths that end in the last blank or, with −1, in the last index, [batch, 1]; none before the first blank. */
function endsOf(b: Builder, paths: Value, lengths: Value, from: number): Value {
  const { shape } = paths.type;
  const last = restore(b, add(b, mul(b, lengths, 2), from), shape, [1]);
  const here = equal(b, iota(b, shape, 1), last);
  const ends = sum(b, select(b, here, paths, 0), [1]);
  const none = from < 0 ? equal(b, lengths, 0) : undefined;
  return none ? select(b, none, fill(b, LOWEST, ends.type.shape), ends) : ends;
}
