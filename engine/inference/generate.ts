import { StrataError } from '../core/errors.ts';
import { streamOf, uniform } from '../core/random.ts';
import { candidates, draw, logProbabilities, type Sampling } from './sampling.ts';
import type { Scorer } from './scorer.ts';

/** What is to be generated. */
export interface Generation {
  /** Tokens to go on from. */
  readonly prompt: readonly number[];
  /** The token that each choice is when the model reads it; −1 where it cannot. */
  readonly tokens: Int32Array;
  /** Most tokens to generate. */
  readonly length: number;
  /** Choices that end a sequence; they are no part of it. */
  readonly stop: ReadonlySet<number>;
}

/** One more token of a sequence. */
export interface GeneratedToken {
  /** Number of the sequence, from 0. */
  readonly sequence: number;
  readonly choice: number;
  /** Natural logarithm of what the model gave it, before temperature and cuts. */
  readonly logProbability: number;
}

export interface Sequence {
  readonly choices: readonly number[];
  /** Sum over its tokens, the one that stopped it included. */
  readonly logProbability: number;
  /** Why it ended. */
  readonly reason: 'length' | 'stop' | 'cancelled';
}

const STREAM = streamOf('sampling');

/** Has a model take the prompt in. Throws `GENERATE_PROMPT`. */
export async function takePrompt(scorer: Scorer, { prompt }: Pick<Generation, 'prompt'>): Promise<void> {
  if (prompt.length < scorer.least) {
    throw new StrataError({
      code: 'GENERATE_PROMPT',
      message: 'The prompt is too short for this model.',
      got: `${prompt.length} tokens`,
      expected: `at least ${scorer.least}`,
      fix: 'Begin with a longer text.',
    });
  }
  await scorer.begin();
  for (const token of prompt) await scorer.take(new Int32Array(scorer.batch).fill(token));
}

/**
 * Draws tokens, one for each of the scorer's sequences at a time, and tells them as they come. The same seed gives the same tokens:
 * the random number of a token depends on the seed, its sequence and its position only. Ends early when `signal` says so.
 */
export async function* sample(
  scorer: Scorer,
  generation: Generation,
  { seed, ...sampling }: Sampling & { readonly seed: number },
  signal?: AbortSignal,
): AsyncGenerator<GeneratedToken, readonly Sequence[]> {
  const { length, tokens } = generation;
  const growing = Array.from({ length: scorer.batch }, () => new Growing(generation));
  await takePrompt(scorer, generation);
  for (let at = 0; at < length && growing.some((sequence) => !sequence.reason); at++) {
    if (signal?.aborted) break;
    if (at > 0) await scorer.take(Int32Array.from(growing, (sequence) => sequence.lastToken(tokens)));
    const scores = await scorer.scores();
    for (const [sequence, grown] of growing.entries()) {
      if (grown.reason) continue;
      const own = scores.subarray(sequence * scorer.size, (sequence + 1) * scorer.size);
      const choice = draw(candidates(own, sampling), uniform(seed, STREAM, at, sequence));
      const logProbability = logProbabilities(own)[choice];
      if (grown.add(choice, logProbability)) yield { sequence, choice, logProbability };
    }
  }
  return growing.map((sequence) => sequence.end(signal?.aborted ? 'cancelled' : 'length'));
}

class Growing {
  reason: Sequence['reason'] | undefined;
  private readonly generation: Generation;
  private readonly choices: number[] = [];
  private logProbability = 0;

  constructor(generation: Generation) {
    this.generation = generation;
  }

  /** Adds a choice; false where it ended the sequence. */
  add(choice: number, logProbability: number): boolean {
    const { stop, tokens, length } = this.generation;
    this.logProbability += logProbability;
    if (stop.has(choice)) this.reason = 'stop';
    else this.choices.push(choice);
    // What the model cannot read it cannot go on from.
    if (!this.reason && tokens[choice] < 0) this.reason = 'stop';
    if (!this.reason && this.choices.length === length) this.reason = 'length';
    return !stop.has(choice);
  }

  /** What the model reads next; a sequence that has ended goes on with anything, and nobody looks. */
  lastToken(tokens: Int32Array): number {
    return this.reason ? 0 : tokens[this.choices[this.choices.length - 1]];
  }

  end(otherwise: Sequence['reason']): Sequence {
    const { choices, logProbability, reason = otherwise } = this;
    return { choices, logProbability, reason };
  }
}
