/** One room of the house: which files it holds and what they may import. */
export interface Room {
  name: string;
  /** The files of the room, as paths from the repository's root. A file belongs to the first room that holds it. */
  holds: RegExp;
  /** Rooms that it may import from; its own is always allowed. */
  imports: readonly string[];
  /** Of those, rooms that only a dynamic `import()` may reach, so that their code loads when it is used. */
  lazily?: readonly string[];
  /** Of those, rooms whose types may be imported and nothing else. */
  typesOnly?: readonly string[];
  /** Imports within the room must stay in the file's own folder: one node knows nothing of another. */
  ownFolderOnly?: true;
  /** Packages by name; 'any' for rooms whose work is to deal with vendors. */
  packages: readonly string[] | 'any';
  /** Whether `node:*` may be imported. */
  node: boolean;
  /** Part of the product: it may import only what package.json lists under `dependencies`. */
  product: boolean;
  /** Holds no clock, randomness, timers, network, process or console: those are passed in. */
  portable?: true;
}

/** Libraries without IO, clock or randomness. */
const pure = ['@noble/hashes', 'zod'] as const;
const textRules = ['ajv', 'ajv-formats', 'jsonrepair', 'libphonenumber-js', 're2js'] as const;

/** The table of rooms; ARCHITECTURE.md shows it for people. */
export const rooms: readonly Room[] = [
  {
    name: 'tests',
    holds: /^test\/|\.(test|bench)\.tsx?$/,
    imports: [
      'renderer',
      'core',
      'core/template',
      'engine',
      'services',
      'adapters',
      'hosts',
      'hosts/electron',
      'registry',
      'manifests',
      'nodes',
      'scripts',
    ],
    packages: 'any',
    node: true,
    product: false,
  },
  {
    name: 'core/template',
    holds: /^app\/core\/template\//,
    imports: ['core'],
    packages: [...pure, 'liquidjs', '@marcbachmann/cel-js', 're2js'],
    node: false,
    product: true,
    portable: true,
  },
  {
    name: 'core',
    holds: /^app\/core\//,
    imports: ['core/template'],
    packages: [...pure, ...textRules, '@orpc/contract'],
    node: false,
    product: true,
    portable: true,
  },
  {
    name: 'engine',
    holds: /^app\/engine\//,
    imports: ['core', 'core/template'],
    packages: pure,
    node: false,
    product: true,
    portable: true,
  },
  {
    name: 'services',
    holds: /^app\/services\//,
    imports: ['core', 'core/template', 'engine'],
    packages: pure,
    node: true,
    product: true,
  },
  {
    name: 'adapters',
    holds: /^app\/adapters\//,
    imports: ['core', 'engine'],
    typesOnly: ['engine'],
    packages: 'any',
    node: true,
    product: true,
  },
  {
    // Electron comes with the desktop app itself and is no dependency of the package.
    name: 'hosts/electron',
    holds: /^app\/hosts\/electron\//,
    imports: ['hosts', 'core', 'adapters'],
    packages: ['electron', 'zod'],
    node: true,
    product: false,
  },
  {
    name: 'hosts',
    holds: /^app\/(hosts\/|index\.ts$)/,
    imports: ['core', 'core/template', 'engine', 'services', 'adapters', 'registry', 'scripts'],
    packages: 'any',
    node: true,
    product: true,
  },
  {
    name: 'registry',
    holds: /^nodes\/[^/]+\.ts$/,
    imports: ['core', 'manifests', 'nodes'],
    lazily: ['nodes'],
    packages: [],
    node: false,
    product: true,
    portable: true,
  },
  {
    name: 'manifests',
    holds: /^nodes\/[^/]+\/manifest\.ts$/,
    imports: ['core'],
    ownFolderOnly: true,
    packages: ['zod'],
    node: false,
    product: true,
    portable: true,
  },
  {
    name: 'views',
    holds: /^nodes\/[^/]+\/view\.tsx$/,
    imports: ['core', 'manifests', 'renderer'],
    ownFolderOnly: true,
    packages: ['react'],
    node: false,
    product: false,
  },
  {
    name: 'nodes',
    holds: /^nodes\/[^/]+\//,
    imports: ['core', 'core/template', 'manifests'],
    ownFolderOnly: true,
    packages: [...pure, ...textRules],
    node: false,
    product: true,
    portable: true,
  },
  {
    // Bundled into a page at build time: its packages are no dependencies of who installs Pipewright.
    name: 'renderer',
    holds: /^renderer\//,
    imports: ['core', 'core/template', 'manifests', 'views'],
    lazily: ['views'],
    packages: [
      ...pure,
      '@base-ui/react',
      '@codemirror/autocomplete',
      '@codemirror/commands',
      '@codemirror/lang-javascript',
      '@codemirror/lang-json',
      '@codemirror/lang-markdown',
      '@codemirror/lang-sql',
      '@codemirror/language',
      '@codemirror/lint',
      '@codemirror/search',
      '@codemirror/state',
      '@codemirror/view',
      '@dagrejs/dagre',
      '@lezer/common',
      '@lezer/highlight',
      '@orpc/client',
      '@orpc/tanstack-query',
      '@tanstack/react-query',
      '@tanstack/react-virtual',
      '@xyflow/react',
      'cmdk',
      'diff',
      'lucide-react',
      'react',
      'react-dom',
      'uplot',
      'zustand',
    ],
    node: false,
    product: false,
  },
  {
    name: 'scripts',
    holds: /^(scripts\/|[^/]+\.ts$)/,
    imports: ['core', 'core/template', 'engine', 'services', 'adapters', 'hosts', 'registry', 'manifests', 'nodes'],
    packages: 'any',
    node: true,
    product: false,
  },
];

/** Narrower than a room: these files may import only from these folders of another room. */
export const narrowings: readonly { from: string; to: string; only: RegExp }[] = [
  { from: 'manifests', to: 'core', only: /^app\/core\/nodekit\// },
  // What a node shows is drawn with the kit; it knows nothing of the studio around it.
  { from: 'views', to: 'renderer', only: /^renderer\/(ui|strings)\// },
  { from: 'hosts', to: 'scripts', only: /^scripts\/require-node\.mjs$/ },
];

/** The one place that opens connections, and the files that listen on this machine, with what they may take for that. */
export const outbound = {
  egress: /^app\/adapters\/egress\//,
  servers: { files: /^app\/hosts\/web\//, names: ['createServer', 'STATUS_CODES', 'WebSocketServer'] },
};

/** Folders that are read, and fewer modules than this mean that the check is broken, not that the house is small. */
export const scope = { folders: ['app', 'nodes', 'renderer', 'scripts', 'test'], minimumModules: 100 };
