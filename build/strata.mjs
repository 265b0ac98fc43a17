#!/usr/bin/env node
// The command line: `npx strata …` and `npm run strata -- …`.
import { generateRegistries } from './generate-registries.mjs';
import { ROOT, runUnderNode } from './node.mjs';

generateRegistries(ROOT);
const parameters = process.argv.slice(2);
// A browser needs the pages; the file that builds them starts the same command afterwards.
if (parameters[0] === 'serve' && !parameters.includes('--help')) runUnderNode('build/serve.ts', parameters);
else runUnderNode('main/cli/strata.ts', parameters);
