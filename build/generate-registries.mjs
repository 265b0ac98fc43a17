// Lists the files of every record folder into <folder>/registry.gen.ts (docs/decisions/0002-registries.md).
// Plain JavaScript because npm runs it at install, under whatever Node the machine has.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const RECORD_FOLDERS = [
  'engine/ops',
  'engine/layers',
  'engine/layers/losses',
  'engine/graph/blocks',
  'engine/train/optimizers',
  'engine/train/schedules',
  'engine/train/metrics',
  'engine/data/formats',
  'engine/data/kinds',
  'engine/data/checks',
  'engine/data/splits',
  'engine/data/tokenizers',
  'engine/data/samples',
  'main/cli/commands',
];

/** Files of `folder` that hold a record, which is to say that they have a default export. */
export function recordFiles(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !/\.(test|gen|d)\.ts$/.test(file))
    .filter((file) => /^export default /m.test(readFileSync(join(folder, file), 'utf8')))
    .sort();
}

/** Source text of the registry of `files`. */
export function registrySource(files) {
  const names = files.map(
    (file) => file.slice(0, -3).replace(/-(.)/g, (_, letter) => letter.toUpperCase()) + 'Record',
  );
  const imports = files.map((file, index) => `import ${names[index]} from './${file}';`);
  return [
    '// Written by build/generate-registries.mjs from the files of this folder. Not committed.',
    ...imports,
    '',
    `export const records = [${names.join(', ')}] as const;`,
    '',
  ].join('\n');
}

export function generateRegistries(root) {
  for (const name of RECORD_FOLDERS) {
    const folder = join(root, name);
    if (!existsSync(folder)) continue;
    const target = join(folder, 'registry.gen.ts');
    const source = registrySource(recordFiles(folder));
    if (!existsSync(target) || readFileSync(target, 'utf8') !== source) writeFileSync(target, source);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  generateRegistries(dirname(dirname(fileURLToPath(import.meta.url))));
}
