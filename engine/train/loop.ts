import type { Split } from '../core/dataset.ts';
import type { MetricPoint, RunPhase } from '../core/run.ts';
import { encodeCheckpoint, savedStates } from './checkpoints.ts';
import { diagnose, nonFiniteError, nonFiniteWeight } from './diagnose.ts';
import { Evaluation } from './evaluation.ts';
import { trainingFeed, type Feed, type FeedParts } from './feed.ts';
import { prepareTraining, type PreparedTraining, type TrainingParts } from './prepare.ts';
import { Report } from './report.ts';
import { BEST_STEP, WAITED, type SplitRows } from './states.ts';
import { stepsPerEpoch, trainProgram } from './step.ts';
import { BadStep, StepQueue } from './steps.ts';
import { SETTLE, WATCH } from './watch.ts';

/** Epochs that end sooner than this after the last checkpoint do without one of their own. */
const LEAST_SECONDS_BETWEEN_CHECKPOINTS = 1;

/** Time between two reports about data that are loaded, and before the first. */
const LOADING_MILLISECONDS = 200;

/** A training run, from its first step (or its checkpoint's next one) to the test of the final weights. */
export class Training {
  private readonly parts: TrainingParts;
  private readonly prepared: PreparedTraining;
  private readonly feed: Feed;
  private readonly evaluations: ReadonlyMap<Split, Evaluation>;
  private readonly report: Report;
  private readonly queue: StepQueue;
  private readonly stepsPerEpoch: number;
  private readonly totalSteps: number;
  private readonly started = performance.now();
  private told = performance.now();
  private readonly metrics: Partial<Record<Split, MetricPoint['values']>> = {};
  private validatedAt = -1;
  private patienceIsOver = false;
  private saved: { step: number; at: number };
  private secondsPerEpochEnd = 0;

  /** Builds, compiles and loads the model. Rejects where the model, the data or the checkpoint does not allow it. */
  static async prepare(parts: TrainingParts): Promise<Training> {
    return new Training(parts, await prepareTraining(parts));
  }

  private constructor(parts: TrainingParts, prepared: PreparedTraining) {
    const { spec, training, session, step } = prepared;
    const { bindings, measures } = training;
    const { batch, buckets } = spec;
    const { snapshot, runId, emit, document } = parts;
    const feedParts = (rows: SplitRows): FeedParts => ({
      ...{ session, snapshot, rows, bindings },
      ...{ batch, buckets },
    });
    this.parts = parts;
    this.prepared = prepared;
    this.stepsPerEpoch = stepsPerEpoch(spec);
    this.totalSteps = spec.steps;
    const onLoad = (share: number): void => this.loading(share);
    this.feed = trainingFeed({ ...feedParts(spec.train), onLoad }, document.training.seed);
    this.evaluations = new Map(
      spec.evaluated.map((rows) => [rows.split, new Evaluation(feedParts(rows), measures)]),
    );
    const { totalSteps } = this;
    this.report = new Report({ runId, emit, measures, batch, stepsPerEpoch: this.stepsPerEpoch, totalSteps });
    this.queue = new StepQueue(session, measures, this.report, step, () => this.secondsPerEpochEnd);
    this.saved = { step: parts.resumeFrom === undefined ? -1 : step, at: performance.now() };
  }

  /** Resolves when the run is finished or stopped; rejects with the reason where it failed. */
  async run(): Promise<void> {
    try {
      if (this.queue.step < this.totalSteps) await this.feed.reach(this.queue.step);
      this.phase('running');
      await this.lookAtPatience();
      while (this.queue.submitted < this.totalSteps && !this.patienceIsOver) {
        if (await this.obey()) return;
        await this.advance();
      }
      await this.finish();
    } catch (error) {
      throw error instanceof BadStep ? await diagnose(this.parts, this.prepared, error.step) : error;
    } finally {
      this.report.tell();
      // A lost device has nothing left to give back.
      await this.prepared.session.dispose().catch(() => undefined);
    }
  }

  /** Tells how the data come in, where that takes a while. Throws `Stopped` where nobody waits for them any more. */
  private loading(share: number): void {
    const { runId, emit, control } = this.parts;
    control.throwIfStopping();
    if (performance.now() - this.told < LOADING_MILLISECONDS) return;
    this.told = performance.now();
    emit({ kind: 'loading', runId, share });
  }

  private async advance(): Promise<void> {
    const at = this.queue.submitted;
    const reachable = await this.feed.reach(at);
    const steps = Math.min(this.queue.stepsPerSubmit, reachable, this.totalSteps - at);
    await this.queue.submit(Array.from({ length: steps }, (_, next) => this.programOf(at + next)));
    if ((at + steps) % this.stepsPerEpoch === 0) await this.endEpoch();
    else if (this.secondsSinceCheckpoint() >= this.parts.checkpointEverySeconds) await this.checkpoint();
  }

  private programOf(step: number): string {
    return trainProgram(this.prepared.spec.buckets?.cuts[this.feed.bucketOf(step)]);
  }

  private async endEpoch(): Promise<void> {
    await this.queue.drain();
    const start = performance.now();
    const { step } = this.queue;
    this.report.flush(step);
    this.metrics.train = this.report.takeEpoch() ?? undefined;
    await this.evaluate('validation');
    await this.watch();
    const last = step === this.totalSteps || this.patienceIsOver;
    if (last || this.secondsSinceCheckpoint() >= LEAST_SECONDS_BETWEEN_CHECKPOINTS) await this.checkpoint();
    this.secondsPerEpochEnd = (performance.now() - start) / 1000;
  }

  /** Does what the person wants; true where the run is to end. */
  private async obey(): Promise<boolean> {
    const { control } = this.parts;
    if (!control.pausing && !control.stopping) return false;
    await this.checkpoint();
    if (control.pausing) {
      this.phase('paused');
      await control.whilePausing();
    }
    this.phase(control.stopping ? 'stopped' : 'running');
    return control.stopping;
  }

  /** Measures a split, if it has rows. What a run goes on by is measured to the end. */
  private async evaluate(split: Split): Promise<void> {
    const { step } = this.queue;
    const values = await this.evaluations
      .get(split)
      ?.run(() => this.parts.control.stopping && !this.has(WATCH));
    if (!values) return;
    this.metrics[split] = values;
    const again = split === 'validation' && this.validatedAt === step;
    if (split === 'validation') this.validatedAt = step;
    if (!again) this.report.point(split, step, values);
  }

  /** Lets the run learn from the validation that was measured last. */
  private async watch(): Promise<void> {
    if (!this.has(WATCH) || this.validatedAt !== this.queue.step) return;
    await this.prepared.session.run(WATCH, 1);
    await this.lookAtPatience();
  }

  private async lookAtPatience(): Promise<void> {
    const { patience } = this.parts.document.training;
    if (patience === 0) return;
    const { [WAITED.name]: waited } = await this.prepared.session.read([WAITED.name]);
    this.patienceIsOver = waited[0] >= patience;
  }

  private has(program: string): boolean {
    return this.prepared.training.module.programs.some(({ name }) => name === program);
  }

  /** Puts the weights in place that the run is to be judged by; says which they are. */
  private async settle(): Promise<string> {
    const { step } = this.queue;
    const { patience, averaging } = this.parts.document.training;
    const mean = averaging > 0 ? ' as their running mean' : '';
    if (!this.has(SETTLE)) return `Measured with the weights after the last step, ${step}.`;
    const { session } = this.prepared;
    await session.run(SETTLE, 1);
    await this.save();
    if (patience === 0) return `Measured with the weights after the last step, ${step},${mean}.`;
    const { [BEST_STEP.name]: best } = await session.read([BEST_STEP.name]);
    await this.evaluate('validation');
    const early = this.patienceIsOver ? `Stopped early, after step ${step}. ` : '';
    return `${early}Measured with the weights after step ${best[0]}, the best in validation${mean}.`;
  }

  private async finish(): Promise<void> {
    const { step } = this.queue;
    if (this.validatedAt !== step) await this.evaluate('validation');
    const weights = await this.settle();
    await this.evaluate('test');
    if (await this.obey()) return;
    this.report.tell();
    const metrics = Object.entries(this.metrics).flatMap(([split, values]) =>
      Object.entries(values ?? {}).map(([name, value]) => [`${split}.${name}`, value]),
    );
    this.parts.emit({
      kind: 'result',
      runId: this.parts.runId,
      metrics: Object.fromEntries(metrics),
      seconds: (performance.now() - this.started) / 1000,
      steps: step,
    });
    this.phase('finished', weights);
  }

  /** Saves the state after everything handed over so far, unless it is saved already. */
  private async checkpoint(): Promise<void> {
    await this.queue.drain();
    const { step } = this.queue;
    this.report.flush(step);
    if (this.saved.step !== step) await this.save();
  }

  private async save(): Promise<void> {
    const { step } = this.queue;
    const { session, training, conditions } = this.prepared;
    const states = training.module.states;
    const values = await session.read(savedStates(states).map(({ name }) => name));
    const broken = nonFiniteWeight(states, values);
    if (broken) throw nonFiniteError(step, `the weights "${broken.name}"`, this.parts);
    const epoch = Math.floor(step / this.stepsPerEpoch);
    const file = await encodeCheckpoint({ step, epoch, conditions, values }, states);
    const { path, sha256 } = await this.parts.store.write(step, file);
    // What was measured before a checkpoint is known where the checkpoint is.
    this.report.tell();
    const { runId } = this.parts;
    this.parts.emit({ kind: 'checkpoint', runId, path, sha256, bytes: file.length, step, epoch });
    this.saved = { step, at: performance.now() };
  }

  private secondsSinceCheckpoint(): number {
    return (performance.now() - this.saved.at) / 1000;
  }

  private phase(phase: RunPhase, message?: string): void {
    this.report.tell();
    this.parts.emit({ kind: 'phase', runId: this.parts.runId, phase, ...(message && { message }) });
  }
}
