import type { EngineProcess } from './engines.ts';
import type { Answer } from './serve.ts';
import type { WorkloadName } from './workloads.ts';

/** What a round of an engine is to take, and what an engine may take for a workload in all. */
const ROUND_MILLISECONDS = 250;
const BUDGET_MILLISECONDS = 20_000;
/** Steps after which a loss must have fallen; before that, an optimizer may take a wrong turn. */
const STEPS_TO_LEARN = 3;

export interface Measured {
  readonly engine: string;
  readonly device?: string;
  /** Milliseconds per step of each round. */
  readonly times: readonly number[];
  readonly losses: readonly [first: number, last: number];
  readonly facts: Readonly<Record<string, number>>;
  /** Why the engine cannot run the workload. */
  readonly cannot?: string;
}

/** Has the engines train a workload: each in a process of its own, round about, so that all see the same machine. */
export async function compare(
  processes: readonly EngineProcess[],
  workload: WorkloadName,
  rounds: number,
): Promise<readonly Measured[]> {
  const contestants: Contestant[] = [];
  for (const each of processes) contestants.push(await Contestant.prepare(each, workload));
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) await contestant.round();
  }
  return Promise.all(contestants.map((contestant) => contestant.finish()));
}

class Contestant {
  private readonly process: EngineProcess;
  private readonly device: string | undefined;
  private readonly prepared: Answer;
  private readonly times: number[] = [];
  private cannot: string | undefined;
  private taken = 0;
  private spent = 0;

  private constructor(process: EngineProcess, device: string | undefined, prepared: Answer) {
    this.process = process;
    this.device = device;
    this.prepared = prepared;
    this.cannot = prepared.cannot;
  }

  static async prepare(process: EngineProcess, workload: WorkloadName): Promise<Contestant> {
    const hello = await process.hello;
    const prepared = hello.cannot ? hello : await process.ask({ do: 'prepare', workload });
    const contestant = new Contestant(process, hello.device, prepared);
    // The first steps warm caches and compilers, and tell how many make a round.
    await contestant.take(1);
    await contestant.take(contestant.stepsPerRound());
    contestant.times.splice(0, contestant.spent > BUDGET_MILLISECONDS / 2 ? 1 : 2);
    return contestant;
  }

  async round(): Promise<void> {
    if (this.times.length === 0 || this.spent < BUDGET_MILLISECONDS) await this.take(this.stepsPerRound());
  }

  async finish(): Promise<Measured> {
    const { loss: last = NaN } = this.cannot ? {} : await this.process.ask({ do: 'finish' });
    const first = this.prepared.loss ?? NaN;
    const learnt = last < first || this.taken < STEPS_TO_LEARN;
    const cannot = this.cannot ?? (learnt ? undefined : `its loss does not fall: ${first} → ${last}`);
    return {
      engine: this.process.name,
      device: this.device,
      times: this.times,
      losses: [first, last],
      facts: this.prepared.facts ?? {},
      ...(cannot && { cannot }),
    };
  }

  private latest = ROUND_MILLISECONDS;

  private stepsPerRound(): number {
    return Math.max(1, Math.round(ROUND_MILLISECONDS / this.latest));
  }

  private async take(steps: number): Promise<void> {
    if (this.cannot) return;
    const { milliseconds, cannot } = await this.process.ask({ do: 'round', steps });
    this.cannot = cannot;
    if (milliseconds === undefined) return;
    this.latest = milliseconds;
    this.times.push(milliseconds);
    this.taken += steps;
    this.spent += milliseconds * steps;
  }
}

export const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
