import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The renderer: one page, with relative addresses, so that every host can serve it from anywhere. */
export default defineConfig({
  root: path('renderer'),
  base: './',
  plugins: [svelte()],
  build: {
    outDir: path('dist/renderer'),
    emptyOutDir: true,
    target: 'es2024',
    // The content policy allows no inline data for scripts, and fonts are better fetched once.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
  },
});
