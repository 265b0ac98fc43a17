import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  test: {
    include: [
      '{engine,main,renderer,build,templates}/**/*.test.ts',
      'tests/{conformance,integration,harness}/**/*.test.ts',
    ],
    // Dawn and better-sqlite3 are native modules: processes of their own keep a crash apart from other files.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
