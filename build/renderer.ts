import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT } from './node.mjs';

const OUTPUT = join(ROOT, 'dist', 'renderer');
const STAMP = join(ROOT, 'dist', 'renderer.stamp');
/** What the pages are made of. */
const SOURCES = [
  'renderer/**/*',
  'engine/{core,kernel,ir,ops,layers,graph}/**/*.ts',
  'main/contract.ts',
  'package-lock.json',
  'vite.config.ts',
];

/** Builds the renderer into dist/renderer, unless nothing has changed since the last time. */
export async function buildRenderer(): Promise<void> {
  const stamp = stampOf();
  if (existsSync(join(OUTPUT, 'index.html')) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp)
    return;
  console.error('Building the studio …');
  await build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn' });
  writeFileSync(STAMP, stamp);
}

/** Names, sizes and times of all sources: enough to see a change, and quick. */
function stampOf(): string {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).sort()) {
    const { size, mtimeMs } = statSync(join(ROOT, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
