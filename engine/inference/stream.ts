import { StrataError, type Problem } from '../core/errors.ts';
import type { NodeCheck } from '../graph/check.ts';
import type { PortType } from '../layers/layer.ts';
import { soundGraph } from '../passes/lower.ts';
import { predictionPart } from '../passes/prediction-part.ts';
import type { BatchInput } from './batch-inputs.ts';
import { Bindings } from './bindings.ts';
import { buildSteps } from './step-module.ts';
import type { TrainedModel } from './trained-model.ts';

/** How a model goes on with a sequence of tokens. */
export interface Stream {
  /** The Input node that reads the sequence. */
  readonly node: string;
  /** What it binds; for a batch of 1. */
  readonly input: BatchInput;
  /** Positions that the model was made for. */
  readonly length: number;
  /** The Output or loss whose prediction says what comes next, and whether it gives probabilities. */
  readonly prediction: string;
  readonly probabilities: boolean;
  /** Tokens to choose from, and their names where the target has some. */
  readonly size: number;
  readonly targets: readonly string[] | undefined;
  /** The token that stands before the first one, where the model reads its tokens one position late. */
  readonly first?: number;
  /** True where it works position by position; otherwise it looks at the last `length` tokens each time. */
  readonly stepwise: boolean;
}

/**
 * Finds the sequence that a model can go on with: the Input node that it reads as indices, or the one that is asked for. Throws
 * `GENERATE_NO_TOKENS`, `GENERATE_NO_SCORES`, `GENERATE_INPUTS` or `GENERATE_NOT_CAUSAL`.
 */
export function findStream(model: TrainedModel, wanted?: string): Stream {
  const { check, edges } = soundGraph(model.document, model.schema);
  const { order, predictions } = predictionPart(check, edges);
  const sources = order.map((id) => check.nodes[id]).filter(readsTokens);
  const candidates = sources.filter(({ node }) => wanted === undefined || node.id === wanted);
  if (candidates.length === 0) throw noTokens(sources, wanted);
  const bindings = new Bindings(model.document, model.schema);
  const found = candidates.map((source): Found => {
    for (const { node, from } of predictions) {
      const type = check.nodes[from.node].outputs[from.port];
      const stream = streamOf(model, source, node, type, bindings);
      if (stream) return stream;
    }
    return { problem: noScores(source) };
  });
  return choose(found);
}

const readsTokens = ({ layer, outputs }: NodeCheck): boolean =>
  layer?.inputs.length === 0 && Object.values(outputs).some(({ dtype }) => dtype === 'i32');

/** A stream, or why the model cannot go on with it. */
type Found = Stream | { readonly problem: Problem };

function streamOf(
  model: TrainedModel,
  source: NodeCheck,
  prediction: string,
  type: PortType,
  bindings: Bindings,
): Found | null {
  const { shape } = Object.values(source.outputs)[0];
  const length = shape.length > 1 ? Number(shape[1]) : 1;
  const everyPosition = type.shape.length === 3 && type.shape[1] === length;
  if (type.dtype !== 'f32' || (type.shape.length !== 2 && !everyPosition)) return null;
  const size = Number(type.shape.at(-1));
  const targets = bindings.classes(size);
  const [input] = bindings.of(source.node.id);
  const stream = { node: source.node.id, input, length, prediction, size, targets };
  const probabilities = type.probabilities === true;
  try {
    const { positions, first } = buildSteps(model, { ...stream, probabilities, stepwise: true }, 1);
    // A model that was only ever asked at the end of its window knows nothing of shorter ones.
    return { ...stream, probabilities, first, stepwise: everyPosition || positions === undefined };
  } catch (error) {
    if (!(error instanceof StrataError) || error.code !== 'GENERATE_NOT_CAUSAL') throw error;
    return everyPosition ? { problem: error.problem } : { ...stream, probabilities, stepwise: false };
  }
}

function choose(found: readonly Found[]): Stream {
  const streams = found.filter((each) => 'node' in each);
  const stepwise = streams.filter((stream) => stream.stepwise);
  const best = stepwise.length > 0 ? stepwise : streams;
  if (best.length === 1) return best[0];
  if (best.length === 0) throw new StrataError(mostTelling(found));
  throw new StrataError({
    code: 'GENERATE_INPUTS',
    message: 'The model has several inputs of tokens that it could go on with.',
    got: best.map(({ node }) => node).join(', '),
    expected: 'one of them',
    fix: 'Name the Input node.',
  });
}

function mostTelling(found: readonly Found[]): Problem {
  const problems = found.flatMap((each) => ('problem' in each ? [each.problem] : []));
  return problems.find(({ code }) => code === 'GENERATE_NOT_CAUSAL') ?? problems[0];
}

function noTokens(sources: readonly NodeCheck[], wanted: string | undefined): StrataError {
  return new StrataError({
    code: 'GENERATE_NO_TOKENS',
    message: 'The model has no input of tokens that it could go on with.',
    got: wanted,
    expected: sources.map(({ node }) => node.id).join(', ') || 'an Input that reads its columns as indices',
    fix: wanted
      ? 'Name one of its Input nodes.'
      : 'Train a model that predicts the next token of a sequence.',
  });
}

function noScores({ node }: NodeCheck): Problem {
  return {
    code: 'GENERATE_NO_SCORES',
    message: 'The model does not predict what comes next.',
    where: `node ${node.id}`,
    expected: 'scores of the next token, for the whole sequence or at each of its positions',
    fix: 'Train a model with Cross-entropy that predicts the next token.',
  };
}
