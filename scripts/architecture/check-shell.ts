import type { Violation } from './check-imports.ts';
import { isSyntaxNode, type Module, type SyntaxNode, walk } from './read-modules.ts';

const SHELL = /^app\/hosts\/electron\//;
/** What only one module of the shell may do, so that it is guarded once. */
const guarded: readonly { call: RegExp; only: RegExp; rule: string }[] = [
  { call: /^ipcMain\./, only: /\/requests\.ts$/, rule: 'shell-ipc' },
  { call: /^shell\./, only: /\/open-outside\.ts$/, rule: 'shell-open' },
  { call: /^(contextBridge|ipcRenderer)\./, only: /\/preload\.ts$/, rule: 'shell-bridge' },
  { call: /^utilityProcess\./, only: /\/engine-process\.ts$/, rule: 'shell-process' },
];
/** Nothing of the shell calls these: they run code of a page, or open one that is not the studio. */
const banned =
  /\.(executeJavaScript|executeJavaScriptInIsolatedWorld|insertCSS|loadFile|openDevTools|sendSync|sendToHost)$/;
const mustBe: Readonly<Record<string, boolean>> = {
  sandbox: true,
  contextIsolation: true,
  webSecurity: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  bypassCSP: false,
};

/**
 * What a release of the desktop shell must keep to, read from its syntax: flags of pages as literals, one guarded
 * module for each way out, channels by literal names, and an engine that loads nothing of Electron.
 */
export function checkShell(modules: readonly Module[]): Violation[] {
  return modules.filter(({ path }) => SHELL.test(path) && !path.endsWith('.test.ts')).flatMap(violationsIn);
}

function violationsIn(module: Module): Violation[] {
  const { path } = module;
  const violations: Violation[] = [];
  const found = (rule: string, message: string, node: SyntaxNode) =>
    violations.push({ rule, path, line: module.lineOf(node.start), message });
  walk(module.program, (node) => {
    if (node.type === 'Property') {
      const key = node['key'] as SyntaxNode;
      const wanted = mustBe[String(key['name'] ?? key['value'])];
      const value = node['value'] as SyntaxNode;
      if (wanted !== undefined && value['value'] !== wanted)
        found('shell-flags', `${String(key['name'])} must be ${wanted}, written out`, node);
    }
    if (node.type === 'ImportDeclaration' && path.endsWith('/engine.ts')) {
      const source = node['source'] as SyntaxNode;
      if (source['value'] === 'electron' && node['importKind'] !== 'type')
        found('shell-engine', 'the engine runs without Electron: only its types may be imported', node);
    }
    if (node.type !== 'CallExpression') return;
    const name = memberName(node['callee']);
    if (name === undefined) return;
    for (const { call, only, rule } of guarded)
      if (call.test(name) && !only.test(path)) found(rule, `${name} belongs in the module that guards it`, node);
    if (banned.test(name)) found('shell-banned', `${name} is not for the shell`, node);
    if (name.startsWith('ipcRenderer.')) {
      const [channel] = node['arguments'] as SyntaxNode[];
      if (channel?.type !== 'Literal') found('shell-bridge', 'a channel is named by a literal', node);
    }
  });
  return violations;
}

/** `a.b` and `….b` as text; undefined for anything else. */
function memberName(node: unknown): string | undefined {
  if (!isSyntaxNode(node) || node.type !== 'MemberExpression') return undefined;
  const object = node['object'] as SyntaxNode;
  const property = node['property'] as SyntaxNode;
  return `${object.type === 'Identifier' ? String(object['name']) : ''}.${String(property['name'] ?? property['value'])}`;
}
