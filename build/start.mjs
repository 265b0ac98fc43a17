// `npm start`: the studio on the desktop, or in a browser where there is no Electron.
import { generateRegistries } from './generate-registries.mjs';
import { ROOT, runUnderNode } from './node.mjs';

generateRegistries(ROOT);
runUnderNode('build/start.ts', process.argv.slice(2));
