/** A table of tokens for tests: does a text contain the word 5? Short texts are filled up with 0. */

export const LENGTH = 8;

/** Texts of 3 to 8 words out of 15, by a generator that always gives the same ones. */
export function texts(count: number): number[][] {
  let state = 1;
  const below = (limit: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  return Array.from({ length: count }, () => {
    const words = Array.from({ length: 3 + below(LENGTH - 2) }, () => 1 + below(15));
    return [...words, ...Array<number>(LENGTH - words.length).fill(0)];
  });
}

export function table(rows: readonly (readonly number[])[]): string {
  const head = rows[0].map((_, at) => `word-${at}`);
  const lines = rows.map((row) => [...row, row.includes(5) ? 'yes' : 'no']);
  return [[...head, 'class'], ...lines].map((line) => line.join(',')).join('\n');
}

const wire = (from: string, to: string, port = 'input') => ({
  from: { node: from, port: 'output' },
  to: { node: to, port },
});

/** A small Transformer that leaves padding out. */
export const model = {
  format: 'strata',
  version: 1,
  name: 'Tokens',
  nodes: [
    { id: 'tokens', type: 'input', params: { encoding: 'indices' } },
    { id: 'mask', type: 'padding-mask' },
    { id: 'words', type: 'embedding', params: { dimensions: 16, padding: 0 } },
    { id: 'positions', type: 'positional-encoding' },
    { id: 'attention', type: 'multi-head-attention', params: { heads: 2, dropout: 0.125 } },
    { id: 'both', type: 'add' },
    { id: 'norm', type: 'layer-norm' },
    { id: 'mean', type: 'sequence-mean' },
    { id: 'scores', type: 'dense', params: { units: 2 } },
    { id: 'loss', type: 'cross-entropy' },
  ],
  edges: [
    wire('tokens', 'mask'),
    wire('tokens', 'words'),
    wire('words', 'positions'),
    wire('positions', 'attention', 'query'),
    wire('mask', 'attention', 'mask'),
    wire('positions', 'both', 'inputs'),
    wire('attention', 'both', 'inputs'),
    wire('both', 'norm'),
    wire('norm', 'mean'),
    wire('mask', 'mean', 'mask'),
    wire('mean', 'scores'),
    wire('scores', 'loss', 'prediction'),
  ],
  training: {
    optimizer: { type: 'adam', params: { learningRate: 0.01 } },
    epochs: 8,
    batchSize: 32,
    seed: 1,
    l2: 0,
  },
};
