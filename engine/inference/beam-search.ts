import { takePrompt, type Generation, type Sequence } from './generate.ts';
import { highest, logProbabilities } from './sampling.ts';
import type { Scorer } from './scorer.ts';

export interface BeamSequence extends Sequence {
  /** What sequences are ranked by: the logarithm of the probability over the length penalty. */
  readonly score: number;
}

/** A sequence that is still growing, and where in the batch its memory lies. */
interface Beam {
  readonly choices: readonly number[];
  readonly logProbability: number;
  readonly from: number;
}

/** Wu et al., "Google's Neural Machine Translation System", arXiv 1609.08144, 2016, equation 14. */
export const lengthPenalty = (length: number, alpha: number): number => ((5 + length) / 6) ** alpha;

/**
 * The likeliest sequences, as many as the scorer's batch, the best first. At every position each beam is continued by all tokens and
 * the best continuations become the beams; those that end are put aside, and it is over when no beam can become better than them.
 */
export async function beamSearch(
  scorer: Scorer,
  generation: Generation,
  alpha: number,
  signal?: AbortSignal,
): Promise<readonly BeamSequence[]> {
  const { length, tokens } = generation;
  const width = scorer.batch;
  const ended: BeamSequence[] = [];
  let beams: readonly Beam[] = [{ choices: [], logProbability: 0, from: 0 }];
  await takePrompt(scorer, generation);
  for (let at = 0; at < length && beams.length > 0 && !signal?.aborted; at++) {
    if (at > 0) await follow(scorer, beams, tokens);
    const grown = continuations(await scorer.scores(), scorer.size, beams, 2 * width);
    const [over, going] = partition(grown, ({ choices }) => ends(choices[at], generation));
    ended.push(...over.map((beam) => finished(beam, generation, alpha, 'stop')));
    ended.splice(0, ended.length, ...best(ended, width));
    beams = going.slice(0, width);
    if (ended.length === width && isOver(ended, beams, length, alpha)) beams = [];
  }
  const reason = signal?.aborted ? 'cancelled' : 'length';
  return best([...ended, ...beams.map((beam) => finished(beam, generation, alpha, reason))], width);
}

/** Puts the memory of each beam in its place, and has the model take in its last token. */
async function follow(scorer: Scorer, beams: readonly Beam[], tokens: Int32Array): Promise<void> {
  const places = Array.from({ length: scorer.batch }, (_, at) => beams[Math.min(at, beams.length - 1)]);
  await scorer.reorder(Int32Array.from(places, ({ from }) => from));
  await scorer.take(Int32Array.from(places, ({ choices }) => tokens[choices[choices.length - 1]]));
}

/** The likeliest continuations of all beams; beam i lies at place i of the batch. */
function continuations(scores: Float32Array, size: number, beams: readonly Beam[], most: number): Beam[] {
  const all = new Float64Array(beams.length * size);
  for (const [at, { logProbability }] of beams.entries()) {
    const own = logProbabilities(scores.subarray(at * size, (at + 1) * size));
    for (let choice = 0; choice < size; choice++) all[at * size + choice] = logProbability + own[choice];
  }
  return highest(all, Math.min(most, all.length)).map((place) => {
    const from = Math.floor(place / size);
    return { choices: [...beams[from].choices, place % size], logProbability: all[place], from };
  });
}

const ends = (choice: number, { stop, tokens }: Generation): boolean =>
  stop.has(choice) || tokens[choice] < 0;

function finished(
  { choices, logProbability }: Beam,
  { stop }: Generation,
  alpha: number,
  reason: Sequence['reason'],
): BeamSequence {
  const kept = choices.filter((choice) => !stop.has(choice));
  return {
    choices: kept,
    logProbability,
    reason,
    score: logProbability / lengthPenalty(choices.length, alpha),
  };
}

/** True where no beam can become better than the worst that has ended: what comes only takes away from its probability. */
function isOver(
  ended: readonly BeamSequence[],
  beams: readonly Beam[],
  length: number,
  alpha: number,
): boolean {
  const reachable = Math.max(...beams.map(({ logProbability }) => logProbability));
  const penalty = lengthPenalty(alpha > 0 ? length : (beams[0]?.choices.length ?? 0), alpha);
  return reachable / penalty <= ended[ended.length - 1].score;
}

const best = (sequences: readonly BeamSequence[], count: number): BeamSequence[] =>
  sequences.toSorted((a, b) => b.score - a.score).slice(0, count);

function partition<T>(list: readonly T[], test: (element: T) => boolean): [T[], T[]] {
  return [list.filter(test), list.filter((element) => !test(element))];
}
