/** How a file of a type is read: `plain` is only decoded; the others are parsed, each in a contained process. */
export type Parser = 'plain' | 'markdown' | 'html' | 'pdf' | 'docx' | 'mail' | 'json' | 'jsonl' | 'csv';

export interface FileType {
  mime: string;
  parser: Parser;
}

const documents: { [extension: string]: FileType } = {
  md: { mime: 'text/markdown', parser: 'markdown' },
  mdx: { mime: 'text/markdown', parser: 'markdown' },
  markdown: { mime: 'text/markdown', parser: 'markdown' },
  txt: { mime: 'text/plain', parser: 'markdown' },
  text: { mime: 'text/plain', parser: 'plain' },
  log: { mime: 'text/plain', parser: 'plain' },
  rst: { mime: 'text/plain', parser: 'plain' },
  org: { mime: 'text/plain', parser: 'plain' },
  html: { mime: 'text/html', parser: 'html' },
  htm: { mime: 'text/html', parser: 'html' },
  pdf: { mime: 'application/pdf', parser: 'pdf' },
  docx: { mime: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', parser: 'docx' },
  eml: { mime: 'message/rfc822', parser: 'mail' },
  json: { mime: 'application/json', parser: 'json' },
  jsonl: { mime: 'application/jsonl', parser: 'jsonl' },
  ndjson: { mime: 'application/jsonl', parser: 'jsonl' },
  csv: { mime: 'text/csv', parser: 'csv' },
  tsv: { mime: 'text/csv', parser: 'csv' },
};

/** Extensions of source code and configuration, by the language that ends up in `text/x-<language>`. */
const languages: { [language: string]: string } = {
  bash: 'sh bash zsh',
  c: 'c h',
  clojure: 'clj cljs',
  cpp: 'cc cpp cxx hpp hh',
  csharp: 'cs',
  css: 'css scss less',
  dart: 'dart',
  elixir: 'ex exs',
  erlang: 'erl',
  go: 'go',
  graphql: 'graphql gql',
  haskell: 'hs',
  ini: 'ini cfg conf properties',
  java: 'java',
  javascript: 'js mjs cjs jsx',
  julia: 'jl',
  kotlin: 'kt kts',
  lua: 'lua',
  ocaml: 'ml mli',
  perl: 'pl pm',
  php: 'php',
  powershell: 'ps1',
  protobuf: 'proto',
  python: 'py pyi',
  r: 'r',
  ruby: 'rb',
  rust: 'rs',
  scala: 'scala',
  sql: 'sql',
  svelte: 'svelte',
  swift: 'swift',
  terraform: 'tf',
  toml: 'toml',
  typescript: 'ts mts cts tsx',
  vue: 'vue',
  xml: 'xml xsd xsl',
  yaml: 'yaml yml',
  zig: 'zig',
};

const types = new Map<string, FileType>(Object.entries(documents));
for (const [language, extensions] of Object.entries(languages)) {
  for (const extension of extensions.split(' ')) types.set(extension, { mime: `text/x-${language}`, parser: 'plain' });
}

/** The type of a file by its extension; undefined when it is none of ours. */
export function fileTypeOf(path: string): FileType | undefined {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? types.get(name.slice(dot + 1).toLowerCase()) : undefined;
}

/** For people: what can be read. */
export const knownTypes = `${Object.keys(documents).join(', ')} and source code (${[...types.keys()]
  .filter((extension) => !Object.hasOwn(documents, extension))
  .join(', ')})`;
