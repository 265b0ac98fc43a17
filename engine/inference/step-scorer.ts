import type { Executor, Session } from '../backends/executor.ts';
import type { TypedArray } from '../core/dtype.ts';
import type { BatchInput } from './batch-inputs.ts';
import { fromProbabilities, type Scorer } from './scorer.ts';
import { BEGIN, buildSteps, orderState, REORDER, SCORES, STEP, tokenState } from './step-module.ts';
import type { Stream } from './stream.ts';
import { loadModule, type TrainedModel } from './trained-model.ts';

/** A model that takes one token after the other and keeps on the device what it has to know of the earlier ones. */
export class StepScorer implements Scorer {
  readonly batch: number;
  readonly size: number;
  readonly least = 1;
  /** Inputs beside the sequence: what an encoder reads. */
  readonly inputs: readonly BatchInput[];
  private readonly session: Session;
  private readonly probabilities: boolean;
  private readonly positions: number;
  /** Tokens that each sequence has taken since the beginning. */
  private taken: Int32Array[] = [];
  private position = 0;

  /** Builds, compiles and loads it; nothing is compiled after that. */
  static async load(
    model: TrainedModel,
    stream: Stream,
    executor: Executor,
    batch: number,
  ): Promise<StepScorer> {
    const built = buildSteps(model, stream, batch);
    const session = await loadModule(model, built, executor);
    return new StepScorer(stream, built.inputs, built.positions ?? Infinity, session, batch);
  }

  private constructor(
    { size, probabilities }: Stream,
    inputs: readonly BatchInput[],
    positions: number,
    session: Session,
    batch: number,
  ) {
    this.size = size;
    this.probabilities = probabilities;
    this.inputs = inputs;
    this.positions = positions;
    this.session = session;
    this.batch = batch;
  }

  async upload({ state }: BatchInput, values: TypedArray): Promise<void> {
    await this.session.upload(state.name, values);
  }

  async begin(): Promise<void> {
    this.taken = [];
    this.position = 0;
    await this.session.run(BEGIN, 1);
  }

  async take(tokens: Int32Array): Promise<void> {
    if (this.position === this.positions) await this.slide();
    this.taken.push(tokens.slice());
    await this.step(tokens);
  }

  async scores(): Promise<Float32Array> {
    const { [SCORES]: scores } = await this.session.read([SCORES]);
    return this.probabilities ? fromProbabilities(scores as Float32Array) : (scores as Float32Array);
  }

  async reorder(order: Int32Array): Promise<void> {
    this.taken = this.taken.map((tokens) => order.map((from) => tokens[from]));
    await Promise.all([
      this.session.upload(orderState(this.batch).name, order),
      this.session.run(REORDER, 1),
    ]);
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }

  /** No position is left: begins anew with the newer half of what was taken. */
  private async slide(): Promise<void> {
    const rest = this.taken.slice(-Math.floor(this.positions / 2));
    await this.begin();
    this.taken = rest;
    for (const tokens of rest) await this.step(tokens);
  }

  private async step(tokens: Int32Array): Promise<void> {
    this.position++;
    // Both are queued in this order; across a port, waiting for each would cost as much as the step.
    await Promise.all([this.session.upload(tokenState(this.batch).name, tokens), this.session.run(STEP, 1)]);
  }
}
