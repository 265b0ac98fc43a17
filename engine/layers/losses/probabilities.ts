import { choice } from '../../core/fields.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { log } from '../../ops/log.ts';
import { maximum } from '../../ops/max.ts';
import { logSoftmax } from '../../ops/softmax.ts';
import type { LayerProblem, PortType } from '../layer.ts';

/** What losses share that compare distributions over classes. */

type Form = 'logits' | 'probabilities';

/** Smallest probability that is taken the logarithm of: the smallest normal f32. */
const TINY = 1.1754943508222875e-38;

/** The logarithm of a probability; a large negative number for 0. */
export const logarithm = (b: Builder, probability: Value): Value => log(b, maximum(b, probability, TINY));

/** The logarithms of the probabilities along the last axis. */
export const logarithms = (b: Builder, prediction: Value, form: Form): Value =>
  form === 'logits' ? logSoftmax(b, prediction) : logarithm(b, prediction);

export const formField = choice<Form>({
  label: 'Prediction is',
  help: 'Scores straight from a layer, or probabilities after a Softmax.',
  default: 'logits',
  options: [
    { value: 'logits', label: 'scores (logits)' },
    { value: 'probabilities', label: 'probabilities' },
  ],
});

/** A warning where the prediction is not what the field “Prediction is” says. */
export function checkForm(prediction: PortType, from: Form): LayerProblem | null {
  if ((prediction.probabilities === true) === (from === 'probabilities')) return null;
  const right = prediction.probabilities ? 'probabilities' : 'logits';
  return {
    code: 'LOSS_FORM',
    severity: 'warning',
    port: 'prediction',
    field: 'from',
    message: prediction.probabilities
      ? 'The prediction comes from a Softmax, but the loss takes it as scores and applies a softmax again.'
      : 'The prediction does not come from a Softmax, but the loss takes it as probabilities.',
    got: prediction.probabilities ? 'probabilities' : 'scores',
    expected: from === 'logits' ? 'scores' : 'probabilities',
    fix: `Set “Prediction is” to ${right === 'logits' ? 'scores' : right}.`,
    repair: { kind: 'set', field: 'from', value: right },
  };
}
