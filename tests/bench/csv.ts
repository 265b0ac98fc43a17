// Reading and importing tables: `npx node tests/bench/csv.ts [--mb 200] [--rounds 3]`. Every measurement is a process of its own; the
// parsers take turns, so that all see the same machine.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OTHERS, TABLES } from './csv-files.ts';
import { installPeers } from './engines.ts';

const HERE = import.meta.dirname;
/** MB/s that the import of numbers is to reach. */
const TARGET = 100;
const PARSERS: Readonly<Record<string, readonly string[]>> = {
  'Strata, parsing': [`${HERE}/csv-strata.ts`, 'parse'],
  'Strata, whole import': [`${HERE}/csv-strata.ts`, 'import'],
  papaparse: [`${HERE}/peers/csv.mjs`, 'papaparse'],
  'csv-parse': [`${HERE}/peers/csv.mjs`, 'csv-parse'],
  udsv: [`${HERE}/peers/csv.mjs`, 'udsv'],
};

interface Measured {
  readonly values: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly peakBytes: number;
}

const { values: given } = parseArgs({
  options: { mb: { type: 'string', default: '200' }, rounds: { type: 'string', default: '3' } },
});
const bytes = Number(given.mb) * 1e6;
const rounds = Number(given.rounds);
const folder = mkdtempSync(join(tmpdir(), 'strata-bench-csv-'));

function measure(parameters: readonly string[], path: string): Measured {
  // Compiled modules are kept from one process to the next, as `strata` does.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'modules') };
  const answer = execFileSync(process.execPath, [...parameters, path], { encoding: 'utf8', env });
  return JSON.parse(answer.trim().split('\n').at(-1)!) as Measured;
}

/** By the clock, the best of all rounds; by the processor, which other programs disturb less; and the most memory of any. */
function report(name: string, size: number, measured: readonly Measured[]): number {
  const least = (of: (each: Measured) => number): number => Math.min(...measured.map(of));
  const rate = size / 1e6 / least(({ seconds }) => seconds);
  const processor = size / 1e6 / least(({ processorSeconds }) => processorSeconds);
  const peak = Math.max(...measured.map(({ peakBytes }) => peakBytes)) / 2 ** 20;
  console.log(
    `  ${name.padEnd(22)} ${rate.toFixed(0).padStart(5)} MB/s, ${processor.toFixed(0).padStart(5)} MB per second of the processor, ` +
      `at most ${peak.toFixed(0)} MiB, ${measured[0].values} values`,
  );
  return rate;
}

installPeers();
try {
  console.log(
    `${cpus().length} × ${cpus()[0].model}, Node ${process.version}, load ${loadavg()[0].toFixed(1)}; best of ${rounds}`,
  );
  for (const [name, write] of Object.entries(TABLES)) {
    const path = join(folder, name);
    const size = await write(path, bytes);
    const measured = new Map(Object.keys(PARSERS).map((parser) => [parser, [] as Measured[]]));
    for (let round = 0; round < rounds; round++)
      for (const [parser, parameters] of Object.entries(PARSERS))
        measured.get(parser)!.push(measure(parameters, path));
    console.log(`${name}, ${(size / 1e6).toFixed(0)} MB`);
    for (const [parser, times] of measured) {
      const rate = report(parser, size, times);
      if (name === 'numbers.csv' && parser === 'Strata, whole import')
        console.log(`    wanted: ${TARGET} MB/s, ${rate >= TARGET ? 'reached' : 'missed'}`);
    }
    rmSync(path);
  }
  console.log('Other formats, imported once');
  for (const [name, write] of Object.entries(OTHERS)) {
    const path = join(folder, name);
    const size = await write(path, bytes / 4);
    report(`${name}, ${(size / 1e6).toFixed(0)} MB`, size, [measure(PARSERS['Strata, whole import'], path)]);
    rmSync(path);
  }
} finally {
  rmSync(folder, { recursive: true });
}
