/** A model that says which token may come next, for a batch of sequences that grow side by side. */
export interface Scorer {
  /** Sequences. */
  readonly batch: number;
  /** Tokens that there are to choose from. */
  readonly size: number;
  /** Tokens that it must have taken before it can say what comes next. */
  readonly least: number;
  /** Forgets everything it has taken. */
  begin(): Promise<void>;
  /** Takes in the next token of each sequence, an index of the model's Input. */
  take(tokens: Int32Array): Promise<void>;
  /** Logarithms of probabilities, but for a constant, of each sequence's next token: batch × size. */
  scores(): Promise<Float32Array>;
  /** Lets the sequence i go on from what the sequence `order[i]` has taken. */
  reorder(order: Int32Array): Promise<void>;
  dispose(): Promise<void>;
}

/** Smallest probability that is taken the logarithm of. */
const TINY = 1e-38;

/** Scores of a model that ends in a softmax. */
export const fromProbabilities = (values: Float32Array): Float32Array =>
  values.map((value) => Math.log(Math.max(value, TINY)));
