import type { Session } from '../backends/executor.ts';
import { evaluationFeed, type Feed, type FeedParts } from './feed.ts';
import { LEAST_COUNT } from './measures.ts';
import { Pace } from './pace.ts';
import { countState, EVALUATED, sumState } from './states.ts';
import { runInTurn } from './steps.ts';
import { evaluateProgram, type TrainingModule } from './step.ts';

/** Measures the model on a whole split, with the weights that are on the device. */
export class Evaluation {
  private readonly session: Session;
  private readonly measures: TrainingModule['measures'];
  private readonly feed: Feed;
  /** Names of the programs that evaluate a batch, by its bucket. */
  private readonly programs: readonly string[];
  private readonly rows: number;
  private readonly pace = new Pace();

  constructor(parts: FeedParts, measures: TrainingModule['measures']) {
    this.session = parts.session;
    this.measures = measures;
    this.feed = evaluationFeed(parts);
    this.programs = (parts.buckets?.cuts ?? [undefined]).map((cut) => evaluateProgram(parts.rows, cut));
    this.rows = parts.rows.rows;
  }

  /** Every measure over the split; null where `interrupted` became true on the way. */
  async run(interrupted: () => boolean): Promise<Readonly<Record<string, number>> | null> {
    const { session } = this;
    const sums = this.measures.flatMap(({ name, counted }) =>
      [sumState(name), ...(counted ? [countState(name)] : [])].map((state) => state.name),
    );
    await session.upload(EVALUATED.name, Uint32Array.of(0));
    for (const sum of sums) await session.upload(sum, Float32Array.of(0));
    for (let batch = 0; batch < this.feed.batches;) {
      if (interrupted()) return null;
      const steps = Math.min(this.pace.steps, await this.feed.reach(batch));
      const start = performance.now();
      const programs = Array.from(
        { length: steps },
        (_, next) => this.programs[this.feed.bucketOf(batch + next)],
      );
      await runInTurn(session, programs);
      await session.idle();
      this.pace.record(steps, performance.now() - start);
      batch += steps;
    }
    const totals = await session.read(sums);
    return Object.fromEntries(
      this.measures.map(({ name, counted, finish }) => {
        const count = counted ? Math.max(totals[countState(name).name][0], LEAST_COUNT) : this.rows;
        return [name, finish(totals[sumState(name).name][0] / count)];
      }),
    );
  }
}
