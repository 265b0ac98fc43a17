// What every engine of the benchmark does, each in a process of its own: it obeys lines of JSON, and answers with such.
import { createInterface } from 'node:readline';

/** A model on the device, with the data of its batches. */
export interface Model {
  /** Resolves when the device has taken the steps. */
  train(steps: number): Promise<void>;
  /** Loss of the step before. */
  loss(): Promise<number>;
  dispose?(): unknown;
  /** What else is worth telling. */
  readonly facts?: Readonly<Record<string, number>>;
}

export type Command =
  | { readonly do: 'prepare'; readonly workload: string }
  | { readonly do: 'round'; readonly steps: number }
  | { readonly do: 'finish' };

export interface Answer {
  readonly device?: string;
  readonly loss?: number;
  readonly facts?: Readonly<Record<string, number>>;
  readonly milliseconds?: number;
  readonly cannot?: string;
}

const say = (answer: Answer): unknown => process.stdout.write(`${JSON.stringify(answer)}\n`);

/**
 * Answers until the input ends. `device` is what computes, with the versions of its software; `prepare` rejects where
 * the engine cannot run the workload.
 */
export async function serve(
  device: string,
  prepare: (workload: string) => Promise<Model>,
  close?: () => unknown,
): Promise<void> {
  say({ device });
  let model: Model | undefined;
  const obey = async (command: Command): Promise<Answer> => {
    const start = performance.now();
    if (command.do === 'prepare') {
      model = await prepare(command.workload);
      await model.train(1);
      const facts = { ...model.facts, 'first step ms': performance.now() - start };
      return { loss: await model.loss(), facts };
    }
    if (!model) return { cannot: 'nothing is prepared' };
    if (command.do === 'round') {
      await model.train(command.steps);
      return { milliseconds: (performance.now() - start) / command.steps };
    }
    const loss = await model.loss();
    await model.dispose?.();
    return { loss };
  };
  for await (const line of createInterface(process.stdin)) {
    const answer = await obey(JSON.parse(line) as Command).catch((error: unknown) => ({
      cannot: String(error instanceof Error ? error.message : error).split('\n')[0],
    }));
    say(answer);
  }
  await close?.();
}
