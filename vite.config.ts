import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import react from '@vitejs/plugin-react';
import { defineConfig, type HtmlTagDescriptor, type Plugin, type UserConfig } from 'vite';

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
 * Bundled, because reading hundreds of small files is what makes a start slow: small libraries that nearly every command
 * loads, and the providers' libraries with all that they need (a third of the time to the first call of a model).
 * Everything else stays a package, above all what is native or large and loaded only when used; of SQLite, see below.
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
  'better-sqlite3',
  'commander',
  'csv-parse',
  'jsonrepair',
  'libphonenumber-js',
  'liquidjs',
  're2js',
  'zod',
  // The providers' libraries.
  /^@langchain\//,
  /^@anthropic-ai\//,
  '@cfworker/json-schema',
  '@google/generative-ai',
  '@stablelib/base64',
  'eventemitter3',
  'fast-sha256',
  'js-tiktoken',
  'langsmith',
  'mustache',
  'ollama',
  'openai',
  'p-finally',
  'p-queue',
  'p-timeout',
  'standardwebhooks',
  'whatwg-fetch',
  'base64-js',
];

/**
 * What goes together into one file, with all that it imports and what stands above does not have: finding and reading a
 * file takes a start longer than running what is in it. A module may only stand in such a file when whoever loads the
 * file may load all of it: what processes for documents and SQL share with a run is apart, for they load no native code.
 */
const together: { name: string; roots: readonly string[] }[] = [
  {
    name: 'base',
    roots: [
      'app/core/errors/app-error.ts',
      'app/core/graph/json.ts',
      'app/core/budget/costs.ts',
      'app/core/budget/tag.ts',
      'app/core/text/duration.ts',
      'app/core/workspace/disk-parts.ts',
      'app/hosts/package-folder.ts',
      'app/hosts/version.ts',
      'app/hosts/workspace-around.ts',
    ],
  },
  {
    name: 'files',
    roots: [
      'app/adapters/files/read-file-bounded.ts',
      'app/adapters/files/write-file-atomic.ts',
      'app/adapters/files/profile-file.ts',
    ],
  },
  { name: 'schemas', roots: ['app/core/graph/workflow.ts', 'app/core/workspace/workspace-config.ts'] },
  { name: 'run', roots: ['app/hosts/compose.ts'] },
  { name: 'command', roots: ['app/hosts/cli/main.ts'] },
  { name: 'command-run', roots: ['app/hosts/cli/commands/run.ts'] },
];

/** Of the page, what its first screen shows, and what is preloaded when that is shown. */
const firstScreen: typeof together = [
  { name: 'studio', roots: ['renderer/start.tsx'] },
  {
    name: 'panels',
    roots: [
      'renderer/panels/nodes/nodes-panel.tsx',
      'renderer/panels/inspector/inspector-panel.tsx',
      'renderer/overlays/commands/commands-dialog.tsx',
    ],
  },
];

/**
 * Lets the page ask for all of that at once. What is imported only when it is shown would be asked for when what shows
 * it has run.
 */
const preloadFirstScreen: Plugin = {
  name: 'preload-first-screen',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { bundle }) => {
      const link = (rel: string, file: string): HtmlTagDescriptor[] =>
        html.includes(file) ? [] : [{ tag: 'link', attrs: { rel, href: `./${file}` }, injectTo: 'head' }];
      return Object.values(bundle ?? {}).flatMap((file) => {
        if (file.type !== 'chunk' || !firstScreen.some(({ name }) => name === file.name)) return [];
        const styles = [...(file.viteMetadata?.importedCss ?? [])];
        return [...link('modulepreload', file.fileName), ...styles.flatMap((one) => link('stylesheet', one))];
      });
    },
  },
};

/**
 * What costs each start is left out: SHA-256 written in JavaScript, which pages need; what starts processes, and with that
 * the network's modules, which commander loads for subcommands that are programs of their own; and thirteen small files
 * round SQLite's native code, of which only the one that finds that code stays a file.
 */
const lighter: { source: string; importer: string; code: string }[] = [
  {
    source: '@noble/hashes/sha2.js',
    importer: '/app/core/',
    code: "import { hash } from 'node:crypto'; export const sha256 = (bytes) => hash('sha256', bytes, 'buffer');",
  },
  { source: 'node:child_process', importer: '/node_modules/commander/', code: 'export default undefined;' },
  {
    source: './binding',
    importer: '/node_modules/better-sqlite3/',
    code: `import { createRequire } from 'node:module';
      import { dirname, join } from 'node:path';
      const require = createRequire(import.meta.url);
      const folder = () => dirname(require.resolve('better-sqlite3/package.json'));
      export const getBinding = (given) => require(join(folder(), 'lib/binding.js')).getBinding(given);`,
  },
  {
    // Evaluated when the first pattern is compiled, for it builds its tables of letters.
    source: 're2js',
    importer: '/app/core/text/regex.ts',
    code: "export const RE2JS = new Proxy({}, { get: (_, name) => require('re2js').RE2JS[name] });",
  },
];

/**
 * Takes Node's own modules as they are: for an `import` Node makes a module of each, which reads all that it exports and so
 * loads what is meant to load when it is used (streams, web crypto).
 */
function importNode(code: string): string {
  const from = /^import (?:\* as (\w[\w$]*)|(\w[\w$]*)|(\{[^}]*\})) from "(?:node:)?([\w/]+)";$/gm;
  return code.replace(from, (whole, all, main, some, name) => {
    if (!isBuiltin(name)) return whole;
    const names = all ?? main ?? some.replaceAll(' as ', ': ');
    return `const ${names} = process.getBuiltinModule("node:${name}");`;
  });
}

const startLighter: Plugin = {
  name: 'start-lighter',
  enforce: 'pre',
  resolveId: (source, importer = '') => {
    const found = lighter.findIndex((one) => one.source === source && importer.includes(one.importer));
    return found < 0 ? undefined : `\0lighter-${found}`;
  },
  renderChunk: importNode,
  load: (id) => (id.startsWith('\0lighter-') ? lighter[Number(id.slice('\0lighter-'.length))]?.code : undefined),
};

const groupsOf = (files: typeof together) =>
  files.map(({ name, roots }, index) => ({
    name,
    priority: files.length - index,
    test: (id: string) => roots.some((root) => id.endsWith(`/${root}`)),
  }));

const host: UserConfig = {
  plugins: [startLighter],
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
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'chunk-[name]-[hash].js',
        // One letter outside of ASCII makes V8 keep a whole file in twice the space, and comments are read at each start.
        charset: 'ascii',
        comments: { jsdoc: false, annotation: false, legal: true },
        codeSplitting: { groups: groupsOf(together) },
      },
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
  plugins: [react(), preloadFirstScreen],
  build: {
    outDir: '../dist/studio',
    emptyOutDir: true,
    target: 'chrome140',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: groupsOf(firstScreen) } } },
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
