import type { Column, DatasetSchema } from '../core/dataset.ts';
import { StrataError } from '../core/errors.ts';
import { line, type BlockLayer } from './block.ts';

/** The end of a model: its layers by id, and their connections to the node that the rest leaves from. */
interface Head {
  readonly layers: Readonly<Record<string, BlockLayer>>;
  wires(from: string): readonly string[];
}

/** What a model to begin with predicts, and how it is judged. Throws `STARTER_UNKNOWN`. */
export function starterHead(schema: DatasetSchema, targets: readonly Column[]): Head {
  const [target, ...others] = targets;
  if (!target) throw noStarter(schema, 'no column with the role target');
  const { horizon } = schema.windows ?? { horizon: 0 };
  const past = targets.flatMap(({ follows }) => follows ?? []);
  // Several steps of several series are not in the order in which their last values could be repeated.
  if (horizon === 1 || (horizon > 1 && past.length === 1)) return forecastHead(past, horizon);
  const numbers = targets.every(({ dtype, shape }) => dtype === 'f32' && shape.length < 2);
  if (numbers) return regressionHead(targets.reduce((sum, { shape }) => sum + (shape[0] ?? 1), 0));
  if (others.length === 0 && target.classes && target.dtype === 'i32')
    return classHead(target.classes.length);
  throw noStarter(schema, targets.map(({ name, kind }) => `${name} (${kind})`).join(', '));
}

function classHead(classes: number): Head {
  return {
    layers: {
      scores: ['dense', { units: classes }],
      loss: 'cross-entropy',
      probabilities: 'softmax',
      prediction: 'output',
    },
    wires: (from) => [
      ...line(from, 'scores'),
      'scores → loss.prediction',
      ...line('scores', 'probabilities', 'prediction'),
    ],
  };
}

function regressionHead(width: number): Head {
  return {
    layers: { values: ['dense', { units: width }], loss: 'mse', prediction: 'output' },
    wires: (from) => [...line(from, 'values', 'prediction'), 'values → loss.prediction'],
  };
}

/**
 * The last values, and what changes: a series mostly stays near where it is. Targets have the scaling of their own past. Several steps
 * ahead the last value stands for each of them.
 */
function forecastHead(past: readonly string[], horizon: number): Head {
  const ahead = horizon > 1;
  return {
    layers: {
      past: ['input', { columns: past }],
      last: 'take-step',
      ...(ahead && { ahead: ['repeat', { count: horizon }] as const, 'ahead-flat': 'flatten' }),
      change: ['dense', { units: past.length * horizon }],
      values: 'add',
      loss: 'mse',
      prediction: 'output',
    },
    wires: (from) => [
      ...line(from, 'change'),
      ...line('past', 'last', ...(ahead ? ['ahead', 'ahead-flat'] : [])),
      `${ahead ? 'ahead-flat' : 'last'} → values.inputs`,
      'change → values.inputs',
      ...line('values', 'prediction'),
      'values → loss.prediction',
    ],
  };
}

function noStarter({ name }: DatasetSchema, got: string): StrataError {
  return new StrataError({
    code: 'STARTER_UNKNOWN',
    message: `There is no ready start for the data set "${name}".`,
    got,
    expected: 'one category, tags of the input’s tokens, or numbers to predict',
    fix: 'Draw the model on the canvas, or start with a template of this kind.',
  });
}
