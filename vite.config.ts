import { existsSync } from 'node:fs';
import { defineConfig } from 'vite';

/**
 * What starts a process or is imported by name, and the file that it becomes. Everything lies flat in dist/, so that a
 * module finds its child process beside itself (`new URL('./loader-child.js', import.meta.url)`), in whatever chunk it is.
 */
const entries = {
  pipewright: 'app/hosts/cli/pipewright.ts',
  index: 'app/index.ts',
  'loader-child': 'app/adapters/loaders/child.ts',
  'tables-child': 'app/adapters/tables/child.ts',
};

/**
 * Small libraries that nearly every command loads: bundled, because reading hundreds of small files is what makes a
 * start slow. Everything else stays a package, above all what is native or large and loaded only when used.
 */
const bundled = [
  '@marcbachmann/cel-js',
  '@noble/hashes',
  '@orpc/client',
  '@orpc/contract',
  '@orpc/server',
  '@orpc/shared',
  '@orpc/standard-server',
  '@orpc/standard-server-peer',
  'commander',
  'csv-parse',
  'jsonrepair',
  'liquidjs',
  're2js',
  'zod',
];

export default defineConfig({
  ssr: { noExternal: bundled },
  build: {
    ssr: true,
    target: 'node22',
    outDir: 'dist',
    emptyOutDir: true,
    minify: false,
    copyPublicDir: false,
    rolldownOptions: {
      input: Object.fromEntries(Object.entries(entries).filter(([, source]) => existsSync(source))),
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
    },
  },
});
