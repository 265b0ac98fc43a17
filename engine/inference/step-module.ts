import { StrataError } from '../core/errors.ts';
import { size } from '../core/shape.ts';
import { Builder, type Value } from '../ir/builder.ts';
import type { Module, Program, State } from '../ir/program.ts';
import { add } from '../ops/add.ts';
import { fill } from '../ops/constant.ts';
import { gather } from '../ops/gather.ts';
import { reshape } from '../ops/reshape.ts';
import { lowerSteps, type LoweredSteps } from '../passes/lower-steps.ts';
import { BatchInputs, type BatchInput } from './batch-inputs.ts';
import type { Stream } from './stream.ts';
import { loweringOf, type TrainedModel } from './trained-model.ts';

/** Works out what does not depend on the sequence, and forgets the rest. */
export const BEGIN = 'begin';
/** Takes in one token of each sequence. */
export const STEP = 'step';
/** Lets sequences go on from what others have taken. */
export const REORDER = 'reorder';
/** Output of `step`: scores of the next token, batch × size. */
export const SCORES = 'scores';

const state = (name: string, shape: readonly number[]): State => ({
  name,
  type: { dtype: 'i32', shape },
  role: 'setting',
  init: { kind: 'upload' },
});
export const tokenState = (batch: number): State => state('sequence.token', [batch]);
export const orderState = (batch: number): State => state('sequence.order', [batch]);
const POSITION: State = { ...state('sequence.position', []), role: 'memory', init: { kind: 'zeros' } };

export interface StepModule extends Pick<LoweredSteps, 'weights' | 'positions' | 'first'> {
  readonly module: Module;
  /** What must be uploaded before `begin`. */
  readonly inputs: readonly BatchInput[];
}

/** Builds the programs that go on with `batch` sequences. Throws what lowering throws, and `GENERATE_NOT_CAUSAL`. */
export function buildSteps(model: TrainedModel, stream: Omit<Stream, 'targets'>, batch: number): StepModule {
  const [begin, step] = [new Builder(BEGIN), new Builder(STEP)];
  const inputs = new BatchInputs(model.schema, batch);
  const token = step.read(tokenState(batch));
  const position = step.read(POSITION);
  const { shape } = stream.input.binding;
  const lowered = lowerSteps(begin, step, model.document, {
    ...loweringOf(begin, model, inputs),
    node: stream.node,
    token: shape.length === 0 ? token : reshape(step, token, [batch, 1]),
    position,
  });
  step.output(SCORES, scoresOf(step, lowered, stream, batch));
  begin.write(POSITION, fill(begin, 0, [], 'i32'));
  step.write(POSITION, add(step, position, 1));
  const programs = [begin.finish(), step.finish()];
  const changing = lowered.memory.filter(({ name }) =>
    programs[1].writes.some(({ state }) => state === name),
  );
  const states = [tokenState(batch), orderState(batch), POSITION, ...lowered.memory];
  const others = [...inputs.all, ...lowered.weights].map((each) => each.state);
  return {
    module: { states: [...states, ...others], programs: [...programs, reorder(changing, batch)] },
    inputs: inputs.all,
    weights: lowered.weights,
    positions: lowered.positions,
    first: lowered.first,
  };
}

function scoresOf(
  b: Builder,
  { predictions }: LoweredSteps,
  { node, prediction, size: choices }: Pick<Stream, 'node' | 'prediction' | 'size'>,
  batch: number,
): Value {
  const found = predictions.find((candidate) => candidate.node === prediction)?.value;
  if (found && size(found.type.shape) === batch * choices) return reshape(b, found, [batch, choices]);
  throw new StrataError({
    code: 'GENERATE_NOT_CAUSAL',
    message: 'The prediction does not follow these tokens position by position.',
    where: `node ${prediction}`,
    got: `tokens of ${node}`,
    fix: 'Name the Input node whose next token the model predicts.',
  });
}

function reorder(memory: readonly State[], batch: number): Program {
  const b = new Builder(REORDER);
  const order = b.read(orderState(batch));
  for (const kept of memory) b.write(kept, gather(b, b.read(kept), order));
  return b.finish();
}
