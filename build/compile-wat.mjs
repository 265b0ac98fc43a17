// Translates the hand-written WebAssembly of the engine, NAME.wat, into NAME.gen.ts beside it.
// Plain JavaScript because npm runs it at install, under whatever Node the machine has.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openWabt from 'wabt';

const FILES = ['engine/data/tables/regular-rows'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wabt = await openWabt();
for (const name of FILES) {
  const path = join(root, `${name}.wat`);
  const module = wabt.parseWat(path, readFileSync(path, 'utf8'), { simd: true });
  module.validate();
  const code = Buffer.from(module.toBinary({}).buffer).toString('base64');
  const source = `// Written by build/compile-wat.mjs. Not committed.\nexport const code =\n  '${code}';\n`;
  const target = join(root, `${name}.gen.ts`);
  if (!existsSync(target) || readFileSync(target, 'utf8') !== source) writeFileSync(target, source);
}
