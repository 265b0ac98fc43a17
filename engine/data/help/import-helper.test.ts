import { createReadStream, createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { importDataset } from '../import.ts';

const ENOUGH = 33 * 2 ** 20;
const threads = () => (process.report.getReport() as { workers: readonly unknown[] }).workers.length;

let folder: ImportFolder;
/** Long enough for another thread to help: numbers with gaps, categories, a column without any value. */
let path: string;
beforeAll(async () => {
  folder = await ImportFolder.create();
  const rows = Array.from({ length: 10_000 }, (_, row) =>
    [row % 91 === 0 ? '' : (row * 7919) % 1009, row / 8, `colour ${row % 5}`, '', 'xyz'[row % 3]].join(','),
  );
  const block = `${rows.join('\n')}\n`;
  const times = Math.ceil(ENOUGH / block.length);
  path = await folder.write('long.csv', `number,half,colour,empty,class\n${block.repeat(times)}`);
});
afterAll(() => folder.remove());

const request = (empty: 'ignore' | 'input') => ({
  columns: [
    { name: 'number', kind: 'number', role: 'input' },
    { name: 'half', kind: 'number', role: 'input' },
    { name: 'colour', kind: 'category', role: 'input' },
    { name: 'empty', kind: 'number', role: empty },
    { name: 'class', kind: 'category', role: 'target' },
  ] as const,
});

it('an import that another thread helps with makes the same snapshot and finds the same', async () => {
  const before = threads();
  const helped = await folder.import(path, request('ignore'));
  expect(threads()).toBe(before);
  // Packed it is too short for help.
  const packed = `${path}.gz`;
  await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(packed));
  const alone = await folder.import(packed, { ...request('ignore'), name: helped.schema.name });
  expect(helped.hash).toBe(alone.hash);
  expect(helped.warnings).toEqual(alone.warnings);
  expect(helped.warnings.map(({ code }) => code)).toContain('CHECK_DUPLICATES_ACROSS');
});

it('an error in the other thread is told as it is, and leaves nothing', async () => {
  const kept = await readdir(folder.snapshots);
  await expect(folder.import(path, request('input'))).rejects.toMatchObject({
    problem: { code: 'COLUMN_EMPTY', where: 'column "empty"' },
  });
  expect(await readdir(folder.snapshots)).toEqual(kept);
});

it('cancelled while both write, it leaves nothing and no thread', async () => {
  const [kept, before] = [await readdir(folder.snapshots), threads()];
  const controller = new AbortController();
  const onProgress = ({ stage }: { readonly stage: string }) => {
    if (stage.startsWith('Writing')) controller.abort();
  };
  const { columns } = request('ignore');
  const rest = { missing: 'fill', normalise: true, onBadRow: 'skip', split: {}, name: 'Test' } as const;
  const work = importDataset(
    { jobId: 'test', source: { path }, folder: folder.snapshots, columns, ...rest },
    { onProgress, signal: controller.signal },
  );
  await expect(work).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await readdir(folder.snapshots)).toEqual(kept);
  expect(threads()).toBe(before);
});
