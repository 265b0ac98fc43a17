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

/**
 * The tokens that may be drawn, the likeliest first, with probabilities that add up to 1. Temperature, then top-k (Fan et al., ACL
 * 2018), then top-p of what is left (nucleus sampling: Holtzman et al., ICLR 2020).
 */
export function candidates(scores: ArrayLike<number>, { temperature, topK, topP }: Sampling): Candidate[] {
  const likeliest = (list: readonly Candidate[]): Candidate[] =>
    list.toSorted((a, b) => b.probability - a.probability || a.choice - b.choice);
  const scaled = temperature > 0 ? Float64Array.from(scores, (score) => score / temperature) : scores;
  const all = Array.from(logProbabilities(scaled), (logarithm, choice) => ({
    choice,
    probability: Math.exp(logarithm),
  }));
  const sorted = likeliest(all);
  if (temperature === 0) return [{ choice: sorted[0].choice, probability: 1 }];
  const first = normalised(sorted.slice(0, topK > 0 ? topK : undefined));
  let together = 0;
  const beyond = first.findIndex(({ probability }) => (together += probability) >= topP);
  return topP < 1 && beyond >= 0 ? normalised(first.slice(0, beyond + 1)) : first;
}

function normalised(list: readonly Candidate[]): Candidate[] {
  const total = list.reduce((sum, { probability }) => sum + probability, 0);
  return list.map(({ choice, probability }) => ({ choice, probability: probability / total }));
}

/** The candidate that a number in [0, 1) falls on. */
export function draw(list: readonly Candidate[], uniform: number): number {
  let together = 0;
  const drawn = list.find(({ probability }) => (together += probability) > uniform);
  return (drawn ?? list[list.length - 1]).choice;
}
