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
    holds: /^test\/|\.(test|bench)\.ts$/,
    imports: [
      'core',
      'core/template',
      'engine',
      'services',
      'adapters',
      'hosts',
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
  { from: 'hosts', to: 'scripts', only: /^scripts\/require-node\.mjs$/ },
];

/** Folders that are read, and fewer modules than this mean that the check is broken, not that the house is small. */
export const scope = { folders: ['app', 'nodes', 'scripts', 'test'], minimumModules: 100 };
