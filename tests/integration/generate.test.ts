import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { strata, temporaryFolder } from './strata.ts';

/** From a table of texts to a model that goes on with them: the whole way over the command line and a real engine. */

const { folder, remove } = temporaryFolder();
afterAll(remove);
const home = join(folder, 'home');

const WORDS = 'sun moon star rain wind snow leaf tree root seed bird song'.split(' ');
const word = (at: number) => WORDS[at % WORDS.length];
/** Stretches of the same circle of words, from every word on, 6 to 9 words long. */
const TEXTS = Array.from({ length: 4 * WORDS.length }, (_, row) =>
  Array.from({ length: 6 + (row % 4) }, (__, at) => word(row + at)).join(' '),
);

const wire = (from: string, to: string, port = 'input') => ({
  from: { node: from, port: 'output' },
  to: { node: to, port },
});

const model = {
  format: 'strata',
  version: 1,
  name: 'Circle of words',
  nodes: [
    { id: 'tokens', type: 'input', params: { encoding: 'indices' } },
    { id: 'next', type: 'shift', params: { by: -1, value: 0 } },
    { id: 'words', type: 'embedding', params: { dimensions: 16, padding: 0 } },
    { id: 'memory', type: 'lstm', params: { units: 48, sequences: true } },
    { id: 'scores', type: 'dense', params: { units: WORDS.length + 2 } },
    { id: 'loss', type: 'cross-entropy', params: { ignore: 0 } },
  ],
  edges: [
    wire('tokens', 'next'),
    wire('tokens', 'words'),
    wire('words', 'memory'),
    wire('memory', 'scores'),
    wire('scores', 'loss', 'prediction'),
    wire('next', 'loss', 'target'),
  ],
  training: {
    optimizer: { type: 'adam', params: { learningRate: 0.02 } },
    epochs: 60,
    batchSize: 8,
    seed: 1,
    l2: 0,
  },
};

let run: string;
beforeAll(async () => {
  const path = join(folder, 'circle.strata.json');
  const data = join(folder, 'texts.txt');
  writeFileSync(path, JSON.stringify(model));
  writeFileSync(data, TEXTS.join('\n'));
  const { code, events, stdout } = await strata(home, 'train', path, '--data', data, '--json');
  expect(code, stdout).toBe(0);
  run = String(events.at(-1)!.run);
}, 60_000);

const generate = (...options: string[]) => strata(home, 'generate', run, '--prompt', 'star rain', ...options);
const continuation = (from: number, length: number) => Array.from({ length }, (_, at) => word(from + at));

describe('strata generate', () => {
  it('goes on with a sequence that the model has learned by heart, beyond its longest text', async () => {
    const { code, stdout } = await generate('--temperature', '0', '--length', '30');
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toBe(`star rain ${continuation(4, 30).join(' ')}`);
  });

  it('gives the same on the graphics card', async () => {
    const { code, events } = await generate(
      '--temperature',
      '0',
      '--length',
      '10',
      '--device',
      'gpu',
      '--json',
    );
    expect(code).toBe(0);
    expect(events.at(-2)).toMatchObject({ event: 'sequence', tokens: continuation(4, 10) });
  });

  it('tells tokens as they come, and the sequence at the end', async () => {
    const { events } = await generate('--temperature', '0', '--length', '5', '--json');
    const tokens = events.filter(({ event }) => event === 'token');
    expect(tokens.map(({ token }) => token)).toEqual(continuation(4, 5));
    expect(tokens.map(({ text }) => text).join('')).toBe(` ${continuation(4, 5).join(' ')}`);
    expect(events.at(-2)).toMatchObject({ event: 'sequence', tokens: continuation(4, 5), reason: 'length' });
    expect(events.at(-1)).toMatchObject({ event: 'done', sequences: 1 });
  });

  it('ends at a stop token', async () => {
    const { events } = await generate('--temperature', '0', '--stop', 'root', '--json');
    expect(events.at(-2)).toMatchObject({ tokens: continuation(4, 4), reason: 'stop' });
  });

  it('draws the same for the same seed, several side by side', async () => {
    const drawn = async (seed: string) => {
      const options = ['--temperature', '3', '--samples', '3', '--length', '12', '--seed', seed, '--json'];
      const { events } = await generate(...options);
      return events.filter(({ event }) => event === 'sequence').map(({ tokens }) => String(tokens));
    };
    const [first, again, other] = [await drawn('1'), await drawn('1'), await drawn('2')];
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    expect(new Set(first).size).toBe(3);
  });

  it('searches the likeliest sequences', async () => {
    const { events } = await generate('--beams', '3', '--length', '8', '--json');
    const sequences = events.filter(({ event }) => event === 'sequence');
    expect(sequences).toHaveLength(3);
    expect(sequences[0].tokens).toEqual(continuation(4, 8));
    const scores = sequences.map(({ score }) => Number(score));
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it('says what is wrong: no prompt, a token that does not exist, an Input that does not exist', async () => {
    const failing = async (...options: string[]) => {
      const { code, events } = await strata(home, 'generate', run, ...options, '--json');
      expect(code).toBe(1);
      return events.at(-1)!.code;
    };
    expect(await failing()).toBe('GENERATE_PROMPT');
    expect(await failing('--prompt', 'sun', '--stop', 'fish')).toBe('GENERATE_TOKEN');
    expect(await failing('--prompt', 'sun', '--node', 'memory')).toBe('GENERATE_NO_TOKENS');
  });
});

it('strata predict says of every position of given texts which word comes next', async () => {
  const data = join(folder, 'new.csv');
  writeFileSync(data, 'text\n"bird song sun moon"\n"leaf tree"\n"wind snow leaf"');
  const { code, events } = await strata(home, 'predict', run, '--data', data, '--json');
  expect(code).toBe(0);
  const rows = events.filter(({ event }) => event === 'prediction') as unknown as {
    predictions: { classes: string[] }[];
  }[];
  expect(rows.map(({ predictions }) => predictions[0].classes.slice(0, 2))).toEqual([
    ['song', 'sun'],
    ['tree', 'root'],
    ['snow', 'leaf'],
  ]);
});
