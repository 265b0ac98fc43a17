import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import type { ImportResult } from '../../core/import.ts';
import type { ColumnChange } from '../../core/revise.ts';
import { reviseDataset } from './revise.ts';
import { openSnapshot, shardFile } from './snapshot.ts';

let folder: ImportFolder;
let first: ImportResult;
beforeEach(async () => {
  folder = await ImportFolder.create();
  const rows = Array.from({ length: 20 }, (_, at) => `${at},${at % 5},${['a', 'b'][at % 2]}`);
  first = await folder.import(await folder.write('table.csv', ['size,weight,class', ...rows].join('\n')));
});
afterEach(() => folder.remove());

const context = { onProgress: () => {}, signal: new AbortController().signal };
const revise = (columns: readonly ColumnChange[], name = 'Test') =>
  reviseDataset({ jobId: 'test', dataset: first.folder, folder: folder.snapshots, name, columns }, context);

it('other roles and names make another snapshot of the same shards; the old one stays', async () => {
  const second = await revise([
    { column: 'size', name: 'length', role: 'target' },
    { column: 'class', role: 'input' },
  ]);
  expect(second.hash).not.toBe(first.hash);
  expect(second.schema.columns.map(({ name, role }) => [name, role])).toEqual([
    ['length', 'target'],
    ['weight', 'input'],
    ['class', 'input'],
  ]);
  const shards = [first, second].map((made) => stat(join(made.folder, shardFile('train', 0))));
  const [a, b] = await Promise.all(shards);
  expect(b.ino).toBe(a.ino);
  const snapshot = await openSnapshot(second.folder);
  expect(await snapshot.read('train', 'length', 0, 3)).toHaveLength(3);
  await snapshot.close();
  const record = JSON.parse(await readFile(join(second.folder, 'import.json'), 'utf8')) as object;
  expect(record).toMatchObject({ format: 'csv', revised: { from: first.hash } });
  await expect(openSnapshot(first.folder)).resolves.toMatchObject({ schema: first.schema });
});

it('a number is scaled by the same values in its new role, and back again', async () => {
  const { normalisation } = first.schema.columns[0];
  const { schema } = await revise([{ column: 'size', role: 'target' }]);
  expect(schema.columns[0].normalisation).toBeUndefined();
  expect(schema.columns[0].scaling).toEqual(normalisation);
});

it('nothing changed is the same data set', async () => {
  expect((await revise([])).hash).toBe(first.hash);
});

it.each([
  ['COLUMN_NAMES', { column: 'size', name: 'weight' }],
  ['COLUMN_NAMES', { column: 'size', name: ' ' }],
  ['COLUMN_ROLE', { column: 'size', role: 'group' }],
  ['DATA_COLUMN_UNKNOWN', { column: 'nothing', role: 'input' }],
] as const)('%s is told', async (code, change) => {
  await expect(revise([change])).rejects.toMatchObject({ code });
});

it('a data set without inputs is refused', async () => {
  const none = ['size', 'weight'].map((column) => ({ column, role: 'ignore' as const }));
  await expect(revise(none)).rejects.toMatchObject({ code: 'COLUMNS_NO_INPUT' });
});
