// Reads or imports a file in a process of its own: `node csv-strata.ts parse|import FILE`; prints how many values there are and what it took.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuUsage, resourceUsage } from 'node:process';
import { importDataset } from '../../engine/data/import.ts';
import { openRequest } from '../../engine/data/open.ts';
import { columnOf } from '../../engine/data/tables/rows.ts';

const [, , what, path] = process.argv;
const folder = await mkdtemp(join(tmpdir(), 'strata-bench-'));

/** Every value, as the import would ask for it: numbers of columns of numbers, text of the others. */
async function parse(): Promise<number> {
  const { reader } = await openRequest({ path }, folder);
  let values = 0;
  let numbers = new Float32Array(0);
  for await (const { rows } of reader.rows()) {
    if (numbers.length < rows.length) numbers = new Float32Array(rows.length);
    for (const [at, { kind }] of reader.columns.entries()) {
      const cells = columnOf(rows, at);
      if (kind === 'number') cells.numbers(numbers.subarray(0, rows.length));
      else for (let row = 0; row < rows.length; row++) cells.at(row);
      values += rows.length;
    }
  }
  return values;
}

async function importAll(): Promise<number> {
  const { schema } = await importDataset(
    {
      jobId: 'bench',
      source: { path },
      name: 'bench',
      columns: [],
      missing: 'fill',
      normalise: true,
      split: { validation: 0.1, test: 0.1, seed: 1, stratify: true },
      onBadRow: 'stop',
      folder,
    },
    { onProgress: () => undefined, signal: new AbortController().signal },
  );
  return Object.values(schema.rows).reduce((a, b) => a + b) * schema.columns.length;
}

try {
  const start = performance.now();
  const before = cpuUsage();
  const values = await (what === 'parse' ? parse() : importAll());
  const { user, system } = cpuUsage(before);
  const seconds = (performance.now() - start) / 1000;
  const peakBytes = resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ values, seconds, processorSeconds: (user + system) / 1e6, peakBytes }));
} finally {
  await rm(folder, { recursive: true });
}
