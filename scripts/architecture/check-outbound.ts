import type { Violation } from './check-imports.ts';
import { isSyntaxNode, type Module, type SyntaxNode, walk } from './read-modules.ts';
import type { Room } from './rooms.ts';

/** Where connections to the outside are opened, and which files may listen for those of this machine. */
export interface OutboundTable {
  egress: RegExp;
  servers: { files: RegExp; names: readonly string[] };
}

const network = /^(node:)?(http|https|http2|net|tls|dns|dns\/promises|dgram)$|^(undici|ws)(\/|$)/;
const clients = new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']);

/**
 * The product reaches the network in one place: nobody else imports what can connect, or calls the platform's own
 * clients. A server imports by name only what listens.
 */
export function checkOutbound(
  modules: readonly Module[],
  rooms: readonly Room[],
  { egress, servers }: OutboundTable,
): Violation[] {
  const violations: Violation[] = [];
  for (const module of modules) {
    const room = rooms.find(({ holds }) => holds.test(module.path));
    if (!room?.product || egress.test(module.path)) continue;
    const report = (line: number, message: string) =>
      violations.push({ rule: 'outbound', path: module.path, line, message });
    const listens = servers.files.test(module.path);
    for (const { specifier = '', kind, line } of module.imports) {
      if (kind === 'type' || !network.test(specifier)) continue;
      if (kind === 'static' && listens && listensOnly(module, specifier, servers.names)) continue;
      report(line, `imports ${specifier}: only app/adapters/egress reaches the network`);
    }
    for (const { name, start } of clientCalls(module)) {
      report(module.lineOf(start), `calls ${name}: only app/adapters/egress reaches the network`);
    }
  }
  return violations;
}

function listensOnly(module: Module, specifier: string, names: readonly string[]): boolean {
  const declarations = (module.program['body'] as SyntaxNode[]).filter(
    (node) => node.type === 'ImportDeclaration' && (node['source'] as { value?: unknown }).value === specifier,
  );
  return declarations.every((node) =>
    (node['specifiers'] as SyntaxNode[]).every(
      (one) =>
        node['importKind'] === 'type' ||
        one['importKind'] === 'type' ||
        (isSyntaxNode(one['imported']) && names.includes(String(one['imported']['name']))),
    ),
  );
}

/** Calls of the platform's clients, unless the module gives the name a meaning of its own (a parameter, a function). */
function clientCalls(module: Module): { name: string; start: number }[] {
  const calls: { name: string; start: number }[] = [];
  const own = new Set<string>();
  walk(module.program, (node) => {
    if (node.type === 'FunctionDeclaration' && isSyntaxNode(node['id'])) own.add(String(node['id']['name']));
    for (const parameter of (node['params'] as unknown[] | undefined) ?? []) bound(parameter, own);
    if (node.type === 'VariableDeclarator') bound(node['id'], own);
    if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return;
    const callee = node['callee'] as SyntaxNode;
    if (callee.type === 'Identifier') calls.push({ name: String(callee['name']), start: node.start });
    const ofGlobal = isSyntaxNode(callee['object']) && callee['object']['name'] === 'globalThis';
    if (callee.type === 'MemberExpression' && ofGlobal && isSyntaxNode(callee['property'])) {
      const property = callee['property'];
      calls.push({ name: `globalThis.${String(property['name'] ?? property['value'])}`, start: node.start });
    }
  });
  return calls.filter(({ name }) => clients.has(name.replace('globalThis.', '')) && !own.has(name));
}

function bound(pattern: unknown, names: Set<string>): void {
  if (!isSyntaxNode(pattern)) return;
  if (pattern.type === 'Identifier') names.add(String(pattern['name']));
  if (pattern.type === 'AssignmentPattern') bound(pattern['left'], names);
  if (pattern.type !== 'ObjectPattern') return;
  for (const property of pattern['properties'] as SyntaxNode[]) bound(property['value'], names);
}
