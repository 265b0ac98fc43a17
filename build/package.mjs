// `npm run package`, under whatever Node npm was started with.
import { generateRegistries } from './generate-registries.mjs';
import { ROOT, runUnderNode } from './node.mjs';

generateRegistries(ROOT);
runUnderNode('build/package.ts', process.argv.slice(2));
