import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: here,
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  // Of the same library, what needs nothing of Node.
  resolve: { alias: { 'csv-parse/sync': 'csv-parse/browser/esm/sync' } },
  build: {
    outDir: fileURLToPath(new URL('../../../dist/src/web/console', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // Icons are files of their own: the page's policy allows no inline code.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
