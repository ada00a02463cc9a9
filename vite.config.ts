import { existsSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'vite';

/**
 * What starts a process or is imported by name, and the file that it becomes. Everything lies flat in dist/, so that a
 * module finds its child process beside itself (`new URL('./loader-child.js', import.meta.url)`), in whatever chunk it is.
 */
const entries = {
  pipewright: 'app/hosts/cli/pipewright.ts',
  index: 'app/index.ts',
  'loader-child': 'app/adapters/loaders/child.ts',
  'tables-child': 'app/adapters/tables/child.ts',
  'sandbox-worker': 'app/adapters/sandbox/worker.ts',
  'electron-main': 'app/hosts/electron/main.ts',
  'electron-engine': 'app/hosts/electron/engine.ts',
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

const host: UserConfig = {
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
};

/**
 * The renderer: a page that any host serves as it is. Nothing is inlined, for its content security policy allows only
 * files; names carry a hash, so that they can be kept for ever.
 */
const studio: UserConfig = {
  root: 'renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/studio',
    emptyOutDir: true,
    target: 'chrome140',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The figure that matters is the size of what the first screen loads: test/e2e/open.test.ts measures it.
    chunkSizeWarningLimit: 4096,
  },
};

/** What Electron loads before the page: one CommonJS file, because its sandbox loads no other. */
const preload: UserConfig = {
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: false,
    minify: false,
    copyPublicDir: false,
    rolldownOptions: {
      input: { 'electron-preload': 'app/hosts/electron/preload.ts' },
      output: { format: 'cjs', entryFileNames: '[name].cjs' },
    },
  },
};

/** `vite build` builds what runs on Node, `--mode preload` and `--mode studio` what runs in a page's process. */
export default defineConfig(({ mode }) => ({ preload, studio })[mode] ?? host);
