/** How one of the tokens that may come next is chosen. */
export interface Sampling {
  /** Divides the scores: below 1 likely tokens become likelier. 0: always the likeliest one. */
  readonly temperature: number;
  /** Only that many of the likeliest tokens; 0: all. */
  readonly topK: number;
  /** Only the likeliest tokens that together have this probability, the first that reaches it included; 1: all. */
  readonly topP: number;
}

/** A token that may come next. */
export interface Candidate {
  readonly choice: number;
  readonly probability: number;
}

/** ln softmax in float64, with the maximum taken off first. */
export function logProbabilities(scores: ArrayLike<number>): Float64Array {
  let most = -Infinity;
  for (let at = 0; at < scores.length; at++) most = Math.max(most, scores[at]);
  let total = 0;
  for (let at = 0; at < scores.length; at++) total += Math.exp(scores[at] - most);
  const shift = most + Math.log(total);
  return Float64Array.from(scores, (score) => score - shift);
}

/** Places of the `count` highest values, the highest first; of equal ones the earlier place. */
export function highest(values: Float64Array, count: number): number[] {
  const places = Array.from(values.keys());
  // Numbers alone are sorted much faster than places by their numbers.
  const least = count < values.length ? values.toSorted()[values.length - count] : -Infinity;
  const among = count < values.length ? places.filter((place) => values[place] >= least) : places;
  return among.sort((a, b) => values[b] - values[a] || a - b).slice(0, count);
}

/** Tokens that are looked at first for top-p; most of the probability usually lies with a few. */
const FIRST = 64;
const GROWTH = 16;

/**
 * The tokens that may be drawn, the likeliest first, with probabilities that add up to 1. Temperature, then top-k (Fan et al., ACL
 * 2018), then top-p of what is left (nucleus sampling: Holtzman et al., ICLR 2020).
 */
export function candidates(scores: ArrayLike<number>, { temperature, topK, topP }: Sampling): Candidate[] {
  if (temperature === 0) return [{ choice: highest(Float64Array.from(scores), 1)[0], probability: 1 }];
  const logarithms = logProbabilities(Float64Array.from(scores, (score) => score / temperature));
  const most = topK > 0 ? Math.min(topK, scores.length) : scores.length;
  const take = (count: number): Candidate[] =>
    highest(logarithms, count).map((choice) => ({ choice, probability: Math.exp(logarithms[choice]) }));
  if (topP === 1) return normalised(take(most));
  const total = topK > 0 ? sumOf(take(most)) : 1;
  for (let count = Math.min(FIRST, most); ; count = Math.min(GROWTH * count, most)) {
    const list = take(count);
    let together = 0;
    const last = list.findIndex(({ probability }) => (together += probability) >= topP * total);
    if (last >= 0 || count === most) return normalised(last >= 0 ? list.slice(0, last + 1) : list);
  }
}

const sumOf = (list: readonly Candidate[]): number =>
  list.reduce((sum, { probability }) => sum + probability, 0);

function normalised(list: readonly Candidate[]): Candidate[] {
  const total = sumOf(list);
  return list.map(({ choice, probability }) => ({ choice, probability: probability / total }));
}

/** The candidate that a number in [0, 1) falls on. */
export function draw(list: readonly Candidate[], uniform: number): number {
  let together = 0;
  const drawn = list.find(({ probability }) => (together += probability) > uniform);
  return (drawn ?? list[list.length - 1]).choice;
}
