import type { Executor, Session } from '../backends/executor.ts';
import { formatBytes } from '../core/bytes.ts';
import type { TypedArray } from '../core/dtype.ts';
import type { DeviceInfo, Tiles } from '../core/device.ts';
import { StrataError } from '../core/errors.ts';
import type { InitialSource, RunEvent } from '../core/run.ts';
import { size } from '../core/shape.ts';
import { inTurns } from '../core/turns.ts';
import type { Snapshot } from '../data/snapshots/snapshot.ts';
import { DEFAULT_TRAINING, type ModelDocument } from '../graph/document.ts';
import type { State } from '../ir/program.ts';
import type { Recomputed } from '../passes/fit.ts';
import type { Plan } from '../passes/plan.ts';
import { chosenOptimizer, chosenSchedule } from './catalogue.ts';
import { decodeCheckpoint, readCheckpoint, type Conditions, type CheckpointStore } from './checkpoints.ts';
import { Stopped, type Control } from './control.ts';
import { bucketsFor, fitTraining, largestNodes, type FittedTraining } from './fit.ts';
import { initialValues } from './initial.ts';
import { averageState, LEARNING_RATE, SEED, STEP } from './states.ts';
import { type TrainingModule, type TrainingSpec } from './step.ts';
import { deviceWith, knownTiles, timeMissing, type TileStore } from './tiles.ts';
import { measuredWeights, takeWeights } from './transfer.ts';

/** What a run is started with. */
export interface TrainingParts {
  readonly runId: string;
  readonly document: ModelDocument;
  readonly snapshot: Snapshot;
  readonly executor: Executor;
  readonly store: CheckpointStore;
  readonly emit: (event: RunEvent) => void;
  /** Path of a checkpoint to go on from. */
  readonly resumeFrom?: string;
  /** Where a run that goes on from nothing takes its first weights from. */
  readonly initialiseFrom?: InitialSource;
  readonly checkpointEverySeconds: number;
  readonly control: Control;
  /** Bytes of data that may stay on the device; decided by the device where absent. */
  readonly residentBytes?: number;
  /** Bytes that the run may take on the device; all that it has where absent. */
  readonly memoryLimit?: number;
  /** The tiles that a run began with, which goes on; its own sums stay as they were. */
  readonly tiles?: Tiles;
  /** Tiles that were timed before; none where absent. */
  readonly tileStore?: TileStore;
  /** Times the tiles of matrix products that never were, before a run begins. */
  readonly autotune?: boolean;
}

/** A model on the device, ready for its next step. */
export interface PreparedTraining {
  /** With the tiles that its products have. */
  readonly device: DeviceInfo;
  readonly spec: TrainingSpec;
  readonly training: TrainingModule;
  readonly session: Session;
  readonly conditions: Conditions;
  /** Steps taken so far. */
  readonly step: number;
}

/** Builds, compiles and loads a model, and gives it its initial values or those of the checkpoint. Throws `Stopped`. */
export async function prepareTraining(parts: TrainingParts): Promise<PreparedTraining> {
  const { document, snapshot } = parts;
  const compiled = await compile(parts);
  const conditions = conditionsOf(compiled.spec, snapshot.hash);
  const values = await startValues(parts, compiled.training, conditions);
  const { device, spec, training, plan, session } = await loadInMemory(parts, compiled);
  try {
    for (const [name, data] of Object.entries(values)) await session.upload(name, data);
    await uploadSettings(session, document, training.module.states);
  } catch (error) {
    await session.dispose();
    throw error;
  }
  const parameters = training.module.states.filter(({ role }) => role === 'parameter');
  parts.emit({
    kind: 'device',
    runId: parts.runId,
    device,
    peakBytes: plan.peakBytes,
    parameters: parameters.reduce((sum, { type }) => sum + size(type.shape), 0),
  });
  return { device, spec, training, session, conditions, step: values[STEP.name][0] };
}

type Compiled = FittedTraining & Pick<PreparedTraining, 'device'>;

/** Compiles a model with the tiles that are to be used, and says what is done so that it fits. */
async function compile(parts: TrainingParts): Promise<Compiled> {
  const { document, snapshot, control, residentBytes, memoryLimit } = parts;
  const { schema } = snapshot;
  const buckets = await bucketsFor(document, snapshot);
  const fit = (tiles: Tiles): Promise<FittedTraining> => {
    const device = { ...parts.executor.device, tiles };
    const options = { document, schema, device, buckets, residentBytes, memoryLimit };
    return inTurns(fitTraining(options), () => control.throwIfStopping());
  };
  const known = await knownTiles(parts);
  const fitted = await fit(known);
  const timed = await timeMissing(parts, fitted.kernels, known);
  const device = deviceWith(parts, fitted.kernels, { ...known, ...timed });
  const again = Object.keys(timed).length > 0;
  const compiled = { ...(again ? await fit({ ...known, ...timed }) : fitted), device };
  if (compiled.recomputed) tellRecomputed(parts, compiled.recomputed, compiled.plan);
  return compiled;
}

/** Share that is tried of what a device had no room for. It does not tell how much it has. */
const LESS = 2 / 3;

/** Loads a model. Where the device turns out to be full, it is compiled once more, for less memory. Throws `DEVICE_MEMORY` or `Stopped`. */
async function loadInMemory(
  parts: TrainingParts,
  compiled: Compiled,
): Promise<Compiled & Pick<PreparedTraining, 'session'>> {
  try {
    return { ...compiled, session: await loadUnlessStopped(parts, compiled.plan) };
  } catch (error) {
    if (!isFull(error)) throw error;
    const smaller = await compileSmaller(parts, compiled.plan, error);
    return { ...smaller, session: await loadUnlessStopped(parts, smaller.plan) };
  }
}

/** Throws what the device said, with a batch size that would fit, where not enough can be computed again. */
async function compileSmaller(
  parts: TrainingParts,
  { peakBytes }: Plan,
  full: StrataError,
): Promise<Compiled> {
  try {
    return await compile({ ...parts, memoryLimit: Math.floor(LESS * peakBytes) });
  } catch (error) {
    throw isFull(error) ? new StrataError({ ...full.problem, fix: error.problem.fix }) : error;
  }
}

const isFull = (error: unknown): error is StrataError =>
  error instanceof StrataError && error.code === 'DEVICE_MEMORY';

/** Throws `Stopped` where the person does not want to wait; what is loaded then is given back when it is there. */
async function loadUnlessStopped(parts: TrainingParts, plan: Plan): Promise<Session> {
  const { executor, control } = parts;
  const loading = executor.load(plan, compilingReport(parts));
  try {
    return await control.unlessStopped(loading);
  } catch (error) {
    if (error instanceof Stopped) loading.then((session) => session.dispose()).catch(() => undefined);
    throw withLargestNodes(error, plan);
  }
}

/** Says what is done so that the model fits. */
function tellRecomputed(
  { runId, emit }: TrainingParts,
  { nodes, work }: Recomputed,
  { peakBytes }: Plan,
): void {
  const share = Math.max(1, Math.round(100 * work));
  const message = `Recomputes ${nodes} ${nodes === 1 ? 'node' : 'nodes'} to fit into ${formatBytes(peakBytes)}: about ${share} % more work per step.`;
  emit({ kind: 'phase', runId, phase: 'preparing', message });
}

/** A device that is full does not know what filled it. */
function withLargestNodes(error: unknown, { buffers }: Plan): unknown {
  if (!isFull(error)) return error;
  return new StrataError({ ...error.problem, where: `most of it in ${largestNodes(buffers)}` });
}

/** Milliseconds between two reports about compiling. */
const REPORT_EVERY = 100;

/** Tells how far the kernels are compiled: the beginning, the end, and now and then in between; nothing where none must be. */
function compilingReport({ runId, emit }: TrainingParts): (done: number, total: number) => void {
  let told = -Infinity;
  return (done, total) => {
    const now = performance.now();
    if (total === 0 || (done > 0 && done < total && now - told < REPORT_EVERY)) return;
    told = now;
    emit({ kind: 'compiling', runId, done, total });
  };
}

/** Settings that later versions brought: a checkpoint is silent about those that were left alone. */
const CONDITIONAL = [
  { key: 'l1', words: 'L1 penalty' },
  { key: 'maxNorm', words: 'max-norm' },
  { key: 'accumulation', words: 'gradient accumulation' },
  { key: 'averaging', words: 'weight averaging' },
  { key: 'patience', words: 'early stopping' },
  { key: 'precision', words: 'precision' },
  { key: 'buckets', words: 'length buckets' },
  { key: 'padding', words: 'padding index' },
] as const;

/** The settings that decide every step. The number of epochs does only for some schedules: other runs may go on for longer. */
function conditionsOf({ document: { training }, batch, steps }: TrainingSpec, hash: string): Conditions {
  return {
    'data set': hash,
    'batch size': String(batch),
    seed: String(training.seed),
    optimizer: JSON.stringify(training.optimizer),
    l2: String(training.l2),
    'gradient clipping': String(training.clipNorm),
    schedule: JSON.stringify(training.schedule),
    ...Object.fromEntries(
      CONDITIONAL.filter(({ key }) => training[key] !== DEFAULT_TRAINING[key]).map(({ key, words }) => [
        words,
        String(training[key]),
      ]),
    ),
    ...(chosenSchedule(training).record.wholeRun && { 'steps of the run': String(steps) }),
  };
}

type Values = Readonly<Record<string, TypedArray>>;

async function startValues(
  parts: TrainingParts,
  { module: { states } }: TrainingModule,
  conditions: Conditions,
): Promise<Values> {
  const { resumeFrom, store, document } = parts;
  if (resumeFrom !== undefined) {
    return (await decodeCheckpoint(await store.read(resumeFrom), states, conditions)).values;
  }
  const initialised = states.filter(({ init }) => init.kind !== 'upload');
  const random = initialised.map((state) => [state.name, initialValues(state, document.training.seed)]);
  const values: Values = { ...Object.fromEntries(random), ...(await givenWeights(parts, states)) };
  // A running mean begins as what it is the mean of.
  const means = states.map((state) => [averageState(state).name, values[state.name]] as const);
  return { ...values, ...Object.fromEntries(means.filter(([name]) => name in values)) };
}

/** The weights that the run takes from another one, which are told of. */
async function givenWeights(
  { initialiseFrom, store, runId, emit }: TrainingParts,
  states: readonly State[],
): Promise<Values> {
  if (!initialiseFrom) return {};
  const { run, checkpoint } = initialiseFrom;
  const source = await readCheckpoint(await store.read(checkpoint));
  const weights = states.filter(({ role }) => role === 'parameter' || role === 'statistic');
  const { values, taken, left } = takeWeights(weights, measuredWeights(source), run);
  emit({ kind: 'initial', runId, run, step: source.step, taken, left });
  return values;
}

/** Uploads the settings that are among the states. */
export async function uploadSettings(
  session: Session,
  { training }: ModelDocument,
  states: readonly State[],
): Promise<void> {
  const { learningRate } = chosenOptimizer(training).params;
  const settings = new Map<string, TypedArray>([
    [LEARNING_RATE.name, Float32Array.of(learningRate)],
    [SEED.name, Uint32Array.of(training.seed)],
  ]);
  for (const { name } of states) {
    const value = settings.get(name);
    if (value) await session.upload(name, value);
  }
}
