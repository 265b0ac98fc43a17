#!/usr/bin/env node
// The command line: `npx strata …` and `npm run strata -- …`.
import { join } from 'node:path';
import { generateRegistries } from './generate-registries.mjs';
import { ROOT, runUnderNode } from './node.mjs';

generateRegistries(ROOT);
const parameters = process.argv.slice(2);
// Without types and compiled, modules are kept from one start to the next: they load in half the time.
const environment = {
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(ROOT, 'node_modules', '.cache', 'modules'),
};
// A browser needs the pages; the file that builds them starts the same command afterwards.
if (parameters[0] === 'serve' && !parameters.includes('--help'))
  runUnderNode('build/serve.ts', parameters, environment);
else runUnderNode('main/cli/strata.ts', parameters, environment);
