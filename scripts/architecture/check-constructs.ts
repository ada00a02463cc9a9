import type { Violation } from './check-imports.ts';
import { isSyntaxNode, type Module, type SyntaxNode, walk } from './read-modules.ts';
import type { Room } from './rooms.ts';

/**
 * Constructs that no file may hold (code made from text), and those that portable rooms may not (an ambient clock or
 * randomness). Biome refuses the plain globals; this looks at members and calls, which it does not.
 */
export function checkConstructs(modules: readonly Module[], rooms: readonly Room[]): Violation[] {
  return modules.flatMap((module) => {
    const portable = rooms.find((room) => room.holds.test(module.path))?.portable ?? false;
    const violations: Violation[] = [];
    walk(module.program, (node) => {
      const fault = codeFromText(node) ?? (portable ? ambientValue(node) : undefined);
      if (fault) violations.push({ ...fault, path: module.path, line: module.lineOf(node.start) });
    });
    return violations;
  });
}

type Fault = Pick<Violation, 'rule' | 'message'>;

function codeFromText(node: SyntaxNode): Fault | undefined {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return undefined;
  const callee = nameOf(node['callee']);
  if (callee === 'eval') return { rule: 'no-eval', message: 'eval makes code from text' };
  if (callee === 'Function' || callee?.endsWith('.constructor')) {
    return { rule: 'no-function-constructor', message: `${callee} makes code from text` };
  }
  const [first] = node['arguments'] as SyntaxNode[];
  const isText = first?.type === 'TemplateLiteral' || (first?.type === 'Literal' && typeof first['value'] === 'string');
  if ((callee === 'setTimeout' || callee === 'setInterval') && isText) {
    return { rule: 'no-text-timer', message: `${callee} with text makes code from it` };
  }
  return undefined;
}

function ambientValue(node: SyntaxNode): Fault | undefined {
  if (node.type === 'MemberExpression') {
    const name = nameOf(node);
    if (name === 'Date.now') return { rule: 'no-clock', message: 'Date.now reads the clock, which is passed in here' };
    if (name === 'Math.random') return { rule: 'no-random', message: 'Math.random: randomness is passed in here' };
  }
  if (node.type === 'Identifier' && node['name'] === 'globalThis') {
    return { rule: 'no-global-this', message: 'globalThis hides which global is meant' };
  }
  const calls = node.type === 'CallExpression' || node.type === 'NewExpression';
  if (calls && nameOf(node['callee']) === 'Date' && (node.type === 'CallExpression' || isEmpty(node['arguments']))) {
    return { rule: 'no-clock', message: 'Date without a time reads the clock, which is passed in here' };
  }
  return undefined;
}

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}

/** `a.b['c']` as `a.b.c`, without a leading `globalThis.` or `window.`; undefined for anything computed. */
function nameOf(node: unknown): string | undefined {
  if (!isSyntaxNode(node)) return undefined;
  if (node.type === 'Identifier') return String(node['name']);
  if (node.type === 'ParenthesizedExpression') return nameOf(node['expression']);
  if (node.type !== 'MemberExpression') return undefined;
  const property = node['property'] as SyntaxNode;
  const last = node['computed']
    ? property.type === 'Literal'
      ? String(property['value'])
      : undefined
    : property['name'];
  if (last === undefined) return undefined;
  const owner = nameOf(node['object']) ?? '?';
  return owner === 'globalThis' || owner === 'window' ? String(last) : `${owner}.${String(last)}`;
}
