import { join } from 'node:path';
import { build } from 'vite';
import { ROOT } from './node.mjs';

const OUTPUT = join(ROOT, 'dist', 'desktop');
const DESKTOP = join(ROOT, 'main', 'desktop');

/** Bundles main, engine, preload and the executor's page into dist/desktop. Packages stay outside, in node_modules. */
export async function bundleDesktop(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    root: ROOT,
    build: {
      ssr: true,
      outDir: OUTPUT,
      emptyOutDir: true,
      target: 'node22',
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        external: ['electron'],
        input: {
          main: join(DESKTOP, 'main.ts'),
          engine: join(ROOT, 'engine', 'process', 'entry.ts'),
          'cpu-thread': join(ROOT, 'engine', 'process', 'cpu-thread.ts'),
          'import-thread': join(ROOT, 'engine', 'data', 'help', 'import-thread.ts'),
          'csv-thread': join(ROOT, 'engine', 'data', 'tables', 'csv-thread.ts'),
        },
        output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  await build({
    configFile: false,
    logLevel: 'warn',
    root: ROOT,
    build: {
      ssr: true,
      outDir: OUTPUT,
      emptyOutDir: false,
      rolldownOptions: {
        external: ['electron'],
        input: join(DESKTOP, 'preload.ts'),
        output: { format: 'cjs', entryFileNames: 'preload.cjs' },
      },
    },
  });
  await build({
    configFile: false,
    logLevel: 'warn',
    root: join(DESKTOP, 'executor'),
    base: './',
    build: { outDir: join(OUTPUT, 'executor'), emptyOutDir: true, target: 'es2024' },
  });
}
