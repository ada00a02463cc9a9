import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';

export interface Import {
  /** What the source says: `./x.ts`, `zod`, `node:fs`; undefined when it is computed. */
  specifier: string | undefined;
  kind: 'static' | 'dynamic' | 'type';
  line: number;
}

export interface Module {
  /** Path from the root, with forward slashes. */
  path: string;
  imports: Import[];
  /** The syntax tree (ESTree with TypeScript nodes), for rules about constructs. */
  program: SyntaxNode;
  lineOf(offset: number): number;
}

export interface SyntaxNode {
  type: string;
  start: number;
  [field: string]: unknown;
}

const sourceFile = /\.(ts|tsx|mts|mjs|js)$/;
const skippedFolders = new Set(['node_modules', 'fixtures', 'dist', '.pipewright']);

/** Every source file under the folders, parsed. Throws where one does not parse. */
export function readModules(root: string, folders: readonly string[]): Module[] {
  return folders.flatMap((folder) => sourcesUnder(root, folder)).map((path) => readModule(root, path));
}

function sourcesUnder(root: string, folder: string): string[] {
  let entries: ReturnType<typeof listFolder>;
  try {
    entries = listFolder(join(root, folder));
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : sourcesUnder(root, path);
    return sourceFile.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

function listFolder(folder: string) {
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readModule(root: string, path: string): Module {
  const source = readFileSync(join(root, path), 'utf8');
  const parsed = parseSync(path, source);
  const [fault] = parsed.errors;
  if (fault) throw new Error(`${path} does not parse: ${fault.message}`);

  const lineOf = (offset: number) => source.slice(0, offset).split('\n').length;
  const program = parsed.program as unknown as SyntaxNode;
  const imports: Import[] = [];
  const add = (specifier: string | undefined, kind: Import['kind'], offset: number) =>
    imports.push({ specifier, kind, line: lineOf(offset) });

  walk(program, (node) => {
    if (node.type === 'ImportDeclaration') add(literal(node['source']), typeKind(node, 'importKind'), node.start);
    if (node.type === 'ExportAllDeclaration') add(literal(node['source']), typeKind(node, 'exportKind'), node.start);
    if (node.type === 'ExportNamedDeclaration' && node['source']) {
      add(literal(node['source']), typeKind(node, 'exportKind'), node.start);
    }
    if (node.type === 'ImportExpression') add(literal(node['source']), 'dynamic', node.start);
    if (node.type === 'TSImportType') add(literal(node['source'] ?? node['argument']), 'type', node.start);
  });
  return { path, imports, program, lineOf };
}

/** A declaration brings types only if it says so, or if each of its names does. */
function typeKind(node: SyntaxNode, field: 'importKind' | 'exportKind'): 'static' | 'type' {
  if (node[field] === 'type') return 'type';
  const names = (node['specifiers'] ?? []) as SyntaxNode[];
  return names.length > 0 && names.every((name) => name[field] === 'type') ? 'type' : 'static';
}

function literal(node: unknown): string | undefined {
  if (!isSyntaxNode(node)) return undefined;
  if (node.type === 'TSLiteralType') return literal(node['literal']);
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node.type === 'TemplateLiteral') {
    const [only, ...others] = node['quasis'] as { value: { cooked: string } }[];
    if (only && others.length === 0) return only.value.cooked;
  }
  return undefined;
}

export function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';
}

/** Visits the node and everything below it. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isSyntaxNode(child)) walk(child, visit);
  }
}
