import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { uniform } from '../../engine/core/random.ts';
import { start, strata, temporaryFolder } from './strata.ts';

/** An encoder and a decoder that learn to write a sequence backwards, over the command line. */

const { folder, remove } = temporaryFolder();
afterAll(remove);
const home = join(folder, 'home');
const LENGTH = 3;
const SYMBOLS = 4;
/** What the decoder reads before its first symbol. */
const BEGIN = 0;

const names = (prefix: string) => Array.from({ length: LENGTH }, (_, at) => `${prefix}${at}`);
const source = (row: number) =>
  Array.from({ length: LENGTH }, (_, at) => 1 + Math.floor(SYMBOLS * uniform(1, 1, row, at)));
/** The last column is what the importer takes for the target; the model has another one. */
const table = [
  [...names('s'), ...names('t'), 'class'],
  ...Array.from({ length: 240 }, (_, row) => [...source(row), ...source(row).toReversed(), row % 2]),
];

const wire = (from: string, to: string) => {
  const [node, port = 'input'] = to.split('.');
  const [origin, output = 'output'] = from.split('.');
  return { from: { node: origin, port: output }, to: { node, port } };
};

const model = {
  format: 'strata',
  version: 1,
  name: 'Backwards',
  nodes: [
    { id: 'source', type: 'input', params: { columns: names('s'), encoding: 'indices' } },
    { id: 'source-table', type: 'embedding', params: { dimensions: 8 } },
    { id: 'reader', type: 'gru', params: { units: 48 } },
    { id: 'written', type: 'input', params: { columns: names('t'), encoding: 'indices' } },
    { id: 'so-far', type: 'shift', params: { by: 1, value: BEGIN } },
    { id: 'table', type: 'embedding', params: { dimensions: 8, vocabulary: SYMBOLS + 1 } },
    { id: 'writer', type: 'gru', params: { units: 48, sequences: true } },
    { id: 'scores', type: 'dense', params: { units: SYMBOLS + 1 } },
    { id: 'loss', type: 'cross-entropy' },
  ],
  edges: [
    wire('source', 'source-table'),
    wire('source-table', 'reader'),
    wire('reader.hidden', 'writer.hidden'),
    wire('written', 'so-far'),
    wire('so-far', 'table'),
    wire('table', 'writer'),
    wire('writer', 'scores'),
    wire('scores', 'loss.prediction'),
    wire('written', 'loss.target'),
  ],
  training: {
    optimizer: { type: 'adam', params: { learningRate: 0.02 } },
    epochs: 60,
    batchSize: 16,
    seed: 1,
    l2: 0,
  },
};

let run: string;
beforeAll(async () => {
  const path = join(folder, 'backwards.strata.json');
  const data = join(folder, 'pairs.csv');
  writeFileSync(path, JSON.stringify(model));
  writeFileSync(data, table.map((row) => row.join(',')).join('\n'));
  const { code, events, stdout } = await strata(home, 'train', path, '--data', data, '--json');
  expect(code, stdout).toBe(0);
  run = String(events.at(-1)!.run);
}, 90_000);

const generate = async (...options: string[]) => {
  const { events } = await strata(home, 'generate', run, '--length', String(LENGTH), ...options, '--json');
  return events
    .filter(({ event }) => event === 'sequence')
    .map(({ tokens }) => (tokens as string[]).map(Number));
};

it.each([
  ['greedily', ['--temperature', '0']],
  ['with beams', ['--beams', '4']],
])('writes what the encoder has read backwards, %s', async (_, how) => {
  const data = join(folder, 'source.csv');
  const texts = [source(0), source(5)];
  writeFileSync(data, [names('s'), ...texts].map((row) => row.join(',')).join('\n'));
  for (const [row, read] of texts.entries())
    expect((await generate('--data', data, '--row', String(row), ...how))[0]).toEqual(read.toReversed());
});

it('goes on with what is written already', async () => {
  const data = join(folder, 'source.csv');
  const read = source(9);
  writeFileSync(data, [names('s'), read].map((row) => row.join(',')).join('\n'));
  const rest = await generate(
    '--data',
    data,
    '--temperature',
    '0',
    '--prompt',
    String(read[2]),
    '--length',
    '2',
  );
  expect(rest[0]).toEqual([read[1], read[0]]);
});

it('reads a row of the run’s own data, and says that it needs one', async () => {
  expect((await generate('--data', 'test', '--row', '3', '--temperature', '0'))[0]).toHaveLength(LENGTH);
  const failing = async (...options: string[]) =>
    (await strata(home, 'generate', run, ...options, '--json')).events.at(-1);
  expect(await failing()).toMatchObject({ event: 'error', code: 'GENERATE_SOURCE' });
  expect(await failing('--data', 'test', '--row', '4000')).toMatchObject({
    event: 'error',
    code: 'ROW_MISSING',
    got: 'row 4000',
  });
});

it('ends between two tokens when it is interrupted, with what there is', async () => {
  const going = start(home, 'generate', run, '--data', 'test', '--length', '1000000', '--json');
  await going.printed('"token"');
  going.process.kill('SIGINT');
  const { code, events } = await going.outcome;
  expect(code).toBe(130);
  expect(events.at(-2)).toMatchObject({ event: 'sequence', reason: 'cancelled' });
  expect(events.at(-1)).toMatchObject({ event: 'done' });
});
