import { describe, expect, it } from 'vitest';
import type { Executor } from '../../engine/backends/executor.ts';
import { interpret } from '../../engine/backends/reference/interpret.ts';
import { ndarray } from '../../engine/core/ndarray.ts';
import { beamSearch } from '../../engine/inference/beam-search.ts';
import { sample, type Generation, type Sequence } from '../../engine/inference/generate.ts';
import { buildPrediction } from '../../engine/inference/predictor.ts';
import { StepScorer } from '../../engine/inference/step-scorer.ts';
import { findStream } from '../../engine/inference/stream.ts';
import type { TrainedModel } from '../../engine/inference/trained-model.ts';
import { WindowScorer } from '../../engine/inference/window-scorer.ts';
import { DEVICES, device } from './device.ts';
import { block, decoder, join, LENGTH, node, randomModel, VOCABULARY, wire } from './generation-models.ts';

/** Decoding against searches that score every text anew, over whole sequences in float64. */

const lstm = decoder(
  'cells',
  node('cells', 'lstm', { units: 8, sequences: true }, wire('tokens-table', 'cells')),
);
const transformer = decoder(
  'block-1',
  node('places', 'positional-encoding', { kind: 'learned' }, wire('tokens-table', 'places')),
  block(1, 'places', {}),
);
const windows = decoder('flat', node('flat', 'flatten', {}, wire('tokens-table', 'flat')));

/** ln of the probabilities of what follows a text of at most LENGTH tokens. */
function reference(model: TrainedModel): (text: readonly number[]) => number[] {
  const { module, predictions, inputs } = buildPrediction(model, 1);
  const known = new Map<string, number[]>();
  return (text) => {
    const key = text.join();
    if (!known.has(key)) {
      const states = new Map(
        module.states.map(({ name, type }) => [
          name,
          ndarray(type.dtype, type.shape, model.weights.get(name)?.data),
        ]),
      );
      const padded = Array.from({ length: LENGTH }, (_, at) => text[at] ?? 0);
      states.set(inputs[0].state.name, ndarray('i32', [1, LENGTH], padded));
      const all = interpret(module.programs[0], states).outputs.get(predictions[0].node)!.data;
      const last = all.length === VOCABULARY ? 0 : text.length - 1;
      const own = Array.from(all.slice(last * VOCABULARY, (last + 1) * VOCABULARY));
      const total = Math.log(own.reduce((sum, score) => sum + Math.exp(score), 0));
      known.set(
        key,
        own.map((score) => score - total),
      );
    }
    return known.get(key)!;
  };
}

const PROMPT = [1, 4];
const generation = (changes: Partial<Generation> = {}): Generation => ({
  prompt: PROMPT,
  tokens: Int32Array.from({ length: VOCABULARY }, (_, choice) => choice),
  length: 4,
  stop: new Set(),
  ...changes,
});
const GREEDY = { temperature: 0, topK: 0, topP: 1, seed: 1 };

async function all(
  tokens: ReturnType<typeof sample>,
): Promise<{ told: string; sequences: readonly Sequence[] }> {
  const told: string[] = [];
  for (;;) {
    const { done, value } = await tokens.next();
    if (done) return { told: told.join(' '), sequences: value };
    told.push(`${value.sequence}:${value.choice}`);
  }
}

interface Found {
  readonly choices: readonly number[];
  readonly logProbability: number;
}

/** Every text of `length` tokens, or that ends before. */
function everything(
  next: ReturnType<typeof reference>,
  length: number,
  stop: number,
  choices: number[] = [],
): Found[] {
  if (choices.at(-1) === stop || choices.length === length) return [{ choices, logProbability: 0 }];
  return next([...PROMPT, ...choices]).flatMap((logarithm, choice) =>
    everything(next, length, stop, [...choices, choice]).map((found) => ({
      ...found,
      logProbability: found.logProbability + logarithm,
    })),
  );
}

const ranked = (found: readonly Found[], alpha: number) =>
  found
    .map(({ choices, logProbability }) => ({
      choices,
      score: logProbability / Math.pow((5 + choices.length) / 6, alpha),
    }))
    .sort((a, b) => b.score - a.score);

/** Beam search as the paper says it, without a memory: the best `width` prefixes of each length, and those that have ended. */
function plainBeams(
  next: ReturnType<typeof reference>,
  width: number,
  length: number,
  stop: number,
  alpha: number,
) {
  let beams: Found[] = [{ choices: [], logProbability: 0 }];
  const ended: Found[] = [];
  for (let at = 0; at < length; at++) {
    const grown = beams
      .flatMap(({ choices, logProbability }) =>
        next([...PROMPT, ...choices]).map((logarithm, choice) => ({
          choices: [...choices, choice],
          logProbability: logProbability + logarithm,
        })),
      )
      .sort((a, b) => b.logProbability - a.logProbability)
      .slice(0, 2 * width);
    ended.push(...grown.filter(({ choices }) => choices[at] === stop));
    beams = grown.filter(({ choices }) => choices[at] !== stop).slice(0, width);
  }
  return ranked([...ended, ...beams], alpha).slice(0, width);
}

const withoutStop = (choices: readonly number[], stop: number) => choices.filter((choice) => choice !== stop);

describe.each([
  ['an LSTM', lstm],
  ['a Transformer', transformer],
])('%s', (_, graph) => {
  const model = randomModel(graph);
  const stream = findStream(model);
  const next = reference(model);

  describe.each(DEVICES)('on %s', (name) => {
    const load = async (batch: number) => StepScorer.load(model, stream, await device(name), batch);

    it('goes on greedily as a search over whole sequences does', async () => {
      const scorer = await load(2);
      const { told, sequences } = await all(sample(scorer, generation(), GREEDY));
      const expected: number[] = [];
      let logProbability = 0;
      while (expected.length < 4) {
        const own = next([...PROMPT, ...expected]);
        expected.push(own.indexOf(Math.max(...own)));
        logProbability += Math.max(...own);
      }
      expect(told).toBe(expected.flatMap((choice) => [`0:${choice}`, `1:${choice}`]).join(' '));
      expect(sequences).toMatchObject([{ choices: expected, reason: 'length' }, { choices: expected }]);
      expect(sequences[0].logProbability).toBeCloseTo(logProbability, 4);
      await scorer.dispose();
    });

    it('finds the likeliest of all texts where the beam is as wide as all prefixes', async () => {
      const scorer = await load(VOCABULARY ** 2);
      const found = await beamSearch(scorer, generation({ length: 3, stop: new Set([5]) }), 0.6);
      const expected = ranked(everything(next, 3, 5), 0.6);
      found.slice(0, 12).forEach(({ choices, score }, at) => {
        expect(score).toBeCloseTo(expected[at].score, 4);
        expect(choices).toEqual(withoutStop(expected[at].choices, 5));
      });
      await scorer.dispose();
    });

    it.each([
      [2, 0],
      [3, 1],
    ])('finds with %d beams and a length penalty of %d what beam search finds', async (width, alpha) => {
      const scorer = await load(width);
      const found = await beamSearch(scorer, generation({ stop: new Set([2]) }), alpha);
      const expected = plainBeams(next, width, 4, 2, alpha);
      expect(found.map(({ choices }) => choices)).toEqual(
        expected.map(({ choices }) => withoutStop(choices, 2)),
      );
      found.forEach(({ score }, at) => expect(score).toBeCloseTo(expected[at].score, 4));
      await scorer.dispose();
    });
  });
});

describe('sampling', () => {
  const model = randomModel(lstm);
  const stream = findStream(model);
  const load = async (batch: number) => StepScorer.load(model, stream, await device('the processor'), batch);
  const warm = { temperature: 1.5, topK: 0, topP: 1 };

  it('gives the same text for the same seed, and others for others', async () => {
    const scorer = await load(2);
    const texts: string[] = [];
    for (const seed of [1, 1, 2])
      texts.push((await all(sample(scorer, generation({ length: 40 }), { ...warm, seed }))).told);
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toBe(texts[2]);
    const [one, other] = [0, 1].map((sequence) =>
      texts[0].match(new RegExp(`\\b${sequence}:\\d`, 'g'))!.join(),
    );
    expect(one.replaceAll('0:', '')).not.toBe(other.replaceAll('1:', ''));
    await scorer.dispose();
  });

  it('draws the next token as often as the model says', async () => {
    const scorer = await load(64);
    const counts = new Array<number>(VOCABULARY).fill(0);
    for (let seed = 0; seed < 40; seed++) {
      const { sequences } = await all(sample(scorer, generation({ length: 1 }), { ...warm, seed }));
      for (const { choices } of sequences) counts[choices[0]]++;
    }
    const scaled = reference(model)(PROMPT).map((logarithm) => Math.exp(logarithm / 1.5));
    const total = scaled.reduce((sum, value) => sum + value);
    const draws = 64 * 40;
    counts.forEach((count, choice) => {
      const share = scaled[choice] / total;
      // Five standard deviations of a binomial share.
      expect(Math.abs(count / draws - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / draws));
    });
    await scorer.dispose();
  });

  it('compiles once for a hundred tokens', async () => {
    const executor = await device('the processor');
    let loads = 0;
    const counting: Executor = {
      device: executor.device,
      lost: executor.lost,
      close: () => executor.close(),
      load: (...given) => {
        loads++;
        return executor.load(...given);
      },
    };
    for (const graph of [lstm, transformer]) {
      const other = randomModel(graph);
      const scorer = await StepScorer.load(other, findStream(other), counting, 1);
      const { sequences } = await all(sample(scorer, generation({ length: 100 }), { ...warm, seed: 1 }));
      expect(sequences[0].choices).toHaveLength(100);
      await scorer.dispose();
    }
    expect(loads).toBe(2);
  });

  it('ends a sequence at a stop token or at one that the model cannot read, and the others go on', async () => {
    const scorer = await load(3);
    const tokens = generation().tokens.slice();
    tokens[6] = -1;
    const { sequences } = await all(
      sample(scorer, generation({ length: 60, tokens, stop: new Set([3]) }), { ...warm, seed: 4 }),
    );
    for (const { choices, reason } of sequences) {
      expect(choices).not.toContain(3);
      expect(choices.slice(0, -1)).not.toContain(6);
      expect(reason).toBe(choices.length < 60 ? 'stop' : 'length');
    }
    expect(new Set(sequences.map(({ choices }) => choices.length)).size).toBeGreaterThan(1);
    await scorer.dispose();
  });

  it('takes probabilities for what they are', async () => {
    const soft = join(
      decoder('cells', node('cells', 'lstm', { units: 8, sequences: true }, wire('tokens-table', 'cells'))),
      node('shares', 'softmax', {}, wire('scores', 'shares')),
    );
    const edges = soft.edges.map((edge) => (edge.to.node === 'output' ? wire('shares', 'output') : edge));
    const other = randomModel({ ...soft, edges });
    expect(findStream(other)).toMatchObject({ probabilities: true });
    const scorers = [
      await load(1),
      await StepScorer.load(other, findStream(other), await device('the processor'), 1),
    ];
    const [plain, shares] = await Promise.all(
      scorers.map((scorer) => all(sample(scorer, generation({ length: 20 }), { ...warm, seed: 7 }))),
    );
    expect(shares.told).toBe(plain.told);
    for (const scorer of scorers) await scorer.dispose();
  });

  it('can be cancelled between two tokens', async () => {
    const scorer = await load(1);
    const controller = new AbortController();
    const tokens = sample(scorer, generation({ length: 50 }), { ...warm, seed: 1 }, controller.signal);
    for (let at = 0; at < 3; at++) await tokens.next();
    controller.abort();
    const { value } = await tokens.next();
    expect(value).toMatchObject([{ reason: 'cancelled', choices: { length: 3 } }]);
    await scorer.dispose();
  });
});

describe('a model that knows a fixed number of positions', () => {
  const model = randomModel(transformer);

  it('begins anew with the newer half of the tokens when no position is left', async () => {
    const scorer = await StepScorer.load(model, findStream(model), await device('the processor'), 1);
    const next = reference(model);
    const text = [1, 2, 3, 4, 5, 6, 0, 1, 2, 3];
    await scorer.begin();
    for (const [at, token] of text.entries()) {
      await scorer.take(Int32Array.of(token));
      // Of six positions the first three are given up.
      const seen = at < LENGTH ? text.slice(0, at + 1) : text.slice(at < 9 ? 3 : 6, at + 1);
      const own = Array.from(await scorer.scores());
      const total = Math.log(own.reduce((sum, score) => sum + Math.exp(score), 0));
      next(seen).forEach((value, choice) => expect(own[choice] - total).toBeCloseTo(value, 4));
    }
    await scorer.dispose();
  });
});

describe('a model of windows', () => {
  const model = randomModel(windows);
  const stream = findStream(model);
  const prompt = [1, 2, 3, 4, 5, 6];

  it('goes on with the newest whole window', async () => {
    const scorer = await WindowScorer.load(model, stream, await device('the processor'), 2);
    const { sequences } = await all(sample(scorer, generation({ prompt, length: 9 }), GREEDY));
    const next = reference(model);
    const text = [...prompt];
    while (text.length < 15) {
      const own = next(text.slice(-LENGTH));
      text.push(own.indexOf(Math.max(...own)));
    }
    expect(sequences.map(({ choices }) => choices)).toEqual([text.slice(6), text.slice(6)]);
    await scorer.dispose();
  });

  it('says that a prompt is shorter than its window', async () => {
    const scorer = await WindowScorer.load(model, stream, await device('the processor'), 1);
    await expect(all(sample(scorer, generation(), GREEDY))).rejects.toMatchObject({
      code: 'GENERATE_PROMPT',
    });
    await scorer.dispose();
  });
});
