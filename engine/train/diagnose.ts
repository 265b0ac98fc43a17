import type { Session } from '../backends/executor.ts';
import { targetOf } from '../backends/target.ts';
import type { TypedArray } from '../core/dtype.ts';
import { StrataError } from '../core/errors.ts';
import { inTurns } from '../core/turns.ts';
import type { State } from '../ir/program.ts';
import { compileInTurns } from '../passes/compile.ts';
import { savedStates } from './checkpoints.ts';
import { trainingFeed } from './feed.ts';
import { trainingLineup } from './lineup.ts';
import { uploadSettings, type PreparedTraining, type TrainingParts } from './prepare.ts';
import { buildDiagnosis, stepsPerEpoch, type Suspect } from './step.ts';

/**
 * Finds out which tensor stopped being finite first in the step after `step`. The device refused that step, so its
 * state is still the one that the step started from: the forward pass is run again on it, with a look at every value.
 */
export async function diagnose(
  parts: TrainingParts,
  { device, spec, training, session }: PreparedTraining,
  step: number,
): Promise<StrataError> {
  const saved = savedStates(training.module.states);
  const values = await session.read(saved.map(({ name }) => name));
  const weight = nonFiniteWeight(saved, values);
  if (weight) return nonFiniteError(step + 1, `the weights "${weight.name}", after the step before`, parts);
  const batchOnly = { ...spec, train: { ...spec.train, capacity: spec.batch } };
  const { seed } = parts.document.training;
  const perEpoch = stepsPerEpoch(spec);
  const lineup = trainingLineup({ ...spec, rows: spec.train }, seed, Math.floor(step / perEpoch));
  const { module, bindings, suspects } = buildDiagnosis(batchOnly, lineup.buckets[step % perEpoch]);
  const plan = await inTurns(compileInTurns(module, { target: targetOf(device) }));
  const second = await parts.executor.load(plan);
  try {
    const known = new Set(module.states.map(({ name }) => name));
    for (const [name, data] of Object.entries(values)) if (known.has(name)) await second.upload(name, data);
    await uploadSettings(second, parts.document, module.states);
    const feedParts = {
      session: second,
      snapshot: parts.snapshot,
      rows: batchOnly.train,
      bindings,
      batch: spec.batch,
      buckets: spec.buckets,
    };
    await trainingFeed(feedParts, seed).reach(step);
    await second.run(module.programs[0].name, 1);
    return nonFiniteError(step + 1, describe(await firstNonFinite(second, suspects)), parts);
  } finally {
    await second.dispose();
  }
}

/** The first trained or kept tensor that holds a number that is not finite. */
export function nonFiniteWeight(
  states: readonly State[],
  values: Readonly<Record<string, TypedArray>>,
): State | undefined {
  const broken = (values: TypedArray): boolean => values.some((value) => !Number.isFinite(value));
  return states.find(
    ({ name, role }) =>
      (role === 'parameter' || role === 'statistic') && name in values && broken(values[name]),
  );
}

export function nonFiniteError(step: number, where: string, { document }: TrainingParts): StrataError {
  const { optimizer } = document.training;
  const rate = optimizer.params.learningRate;
  return new StrataError({
    code: 'TRAIN_NON_FINITE',
    message: `Training stopped at step ${step}, because its numbers are not finite any more.`,
    where: `step ${step}; first in ${where}`,
    got: 'NaN or infinity',
    expected: 'finite numbers',
    fix:
      `Lower the learning rate${rate === undefined ? '' : ` (it is ${String(rate)})`}, normalise the inputs when you import ` +
      'the data, or choose another initialiser. The last checkpoint is from before this step.',
  });
}

async function firstNonFinite(session: Session, suspects: readonly Suspect[]): Promise<Suspect | undefined> {
  const counts = await session.read(suspects.map(({ output }) => output));
  return suspects.find(({ output }) => counts[output][0] > 0);
}

function describe(suspect: Suspect | undefined): string {
  if (!suspect) return 'the mean of the loss';
  return suspect.node === undefined
    ? `the loss (${suspect.op})`
    : `the node "${suspect.node}" (${suspect.op})`;
}
