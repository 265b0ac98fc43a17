import type { Executor } from '../backends/executor.ts';
import type { TypedArray } from '../core/dtype.ts';
import type { BatchInput } from './batch-inputs.ts';
import { Predictor } from './predictor.ts';
import { fromProbabilities, type Scorer } from './scorer.ts';
import type { Stream } from './stream.ts';
import type { TrainedModel } from './trained-model.ts';

/** A model that was made for windows of one length, and looks at the newest whole one each time. */
export class WindowScorer implements Scorer {
  readonly batch: number;
  readonly size: number;
  readonly least: number;
  readonly inputs: readonly BatchInput[];
  private readonly stream: Stream;
  private readonly predictor: Predictor;
  private readonly window: BatchInput;
  private taken: Int32Array[] = [];

  static async load(
    model: TrainedModel,
    stream: Stream,
    executor: Executor,
    batch: number,
  ): Promise<WindowScorer> {
    return new WindowScorer(stream, await Predictor.load(model, executor, batch), batch);
  }

  private constructor(stream: Stream, predictor: Predictor, batch: number) {
    const isWindow = ({ state }: BatchInput): boolean => state.name === stream.input.state.name;
    this.stream = stream;
    this.predictor = predictor;
    this.batch = batch;
    this.size = stream.size;
    this.least = stream.length;
    this.window = predictor.inputs.find(isWindow)!;
    this.inputs = predictor.inputs.filter((input) => !isWindow(input));
  }

  async upload(input: BatchInput, values: TypedArray): Promise<void> {
    await this.predictor.upload(input, values);
  }

  async begin(): Promise<void> {
    this.taken = [];
  }

  async take(tokens: Int32Array): Promise<void> {
    this.taken = [...this.taken, tokens.slice()].slice(-this.least);
  }

  async scores(): Promise<Float32Array> {
    const { length } = this.taken;
    const rows = Int32Array.from(
      { length: this.batch * length },
      (_, at) => this.taken[at % length][Math.floor(at / length)],
    );
    await this.predictor.upload(this.window, rows);
    const scores = (await this.predictor.run())[this.stream.prediction] as Float32Array;
    return this.stream.probabilities ? fromProbabilities(scores) : scores;
  }

  async reorder(order: Int32Array): Promise<void> {
    this.taken = this.taken.map((tokens) => order.map((from) => tokens[from]));
  }

  async dispose(): Promise<void> {
    await this.predictor.dispose();
  }
}
