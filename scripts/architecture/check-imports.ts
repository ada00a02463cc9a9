import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { Import, Module } from './read-modules.ts';
import type { Room } from './rooms.ts';

export interface Violation {
  rule: string;
  path: string;
  line: number;
  message: string;
}

export interface Table {
  rooms: readonly Room[];
  narrowings: readonly { from: string; to: string; only: RegExp }[];
}

/** What is wrong with the imports of these modules under this table; `dependencies` are package.json's own. */
export function checkImports(modules: readonly Module[], table: Table, dependencies: ReadonlySet<string>): Violation[] {
  const known = new Set(modules.map(({ path }) => path));
  const violations: Violation[] = [];
  const edges = new Map<string, string[]>();

  for (const module of modules) {
    const room = roomOf(module.path, table);
    if (!room) {
      violations.push({ rule: 'room', path: module.path, line: 1, message: 'belongs to no room of the table' });
      continue;
    }
    const targets: string[] = [];
    edges.set(module.path, targets);
    for (const imported of module.imports) {
      const report = (rule: string, message: string) =>
        violations.push({ rule, path: module.path, line: imported.line, message });
      const { specifier } = imported;
      if (specifier === undefined) {
        if (room.product) report('computed-import', 'imports a computed name, so nobody can say what it loads');
      } else if (specifier.startsWith('.')) {
        const target = posix.join(posix.dirname(module.path), specifier);
        if (/\.(json|css|svg|d\.ts)$/.test(target)) continue;
        if (!known.has(target)) {
          if (!target.startsWith('dist/')) report('unresolved', `imports ${specifier}, which is no source file`);
          continue;
        }
        targets.push(target);
        checkRooms(module.path, room, target, imported, table, report);
      } else {
        checkPackage(room, specifier, imported, dependencies, report);
      }
    }
  }
  return [...violations, ...findCycles(edges)];
}

function roomOf(path: string, table: Table): Room | undefined {
  return table.rooms.find((room) => room.holds.test(path));
}

function checkRooms(
  path: string,
  room: Room,
  target: string,
  imported: Import,
  table: Table,
  report: (rule: string, message: string) => void,
): void {
  const other = roomOf(target, table);
  if (!other) return;
  const ownFolder = posix.dirname(path) === posix.dirname(target);
  if (room.ownFolderOnly && !ownFolder && target.startsWith('nodes/')) {
    report('own-folder', `${room.name} may not import another folder of nodes/: ${target}`);
    return;
  }
  if (other.name === room.name) return;
  if (!room.imports.includes(other.name)) {
    report('rooms', `${room.name} may not import ${other.name}: ${target}`);
  } else if (room.lazily?.includes(other.name) && imported.kind === 'static') {
    report('lazy', `${room.name} may load ${other.name} only by import() when it is used: ${target}`);
  } else if (room.typesOnly?.includes(other.name) && imported.kind !== 'type') {
    report('types-only', `${room.name} may import only types from ${other.name}: ${target}`);
  }
  for (const { from, to, only } of table.narrowings) {
    if (from === room.name && to === other.name && !only.test(target)) {
      report('narrowing', `${from} may import from ${to} only ${only.source}: ${target}`);
    }
  }
}

function checkPackage(
  room: Room,
  specifier: string,
  imported: Import,
  dependencies: ReadonlySet<string>,
  report: (rule: string, message: string) => void,
): void {
  if (isBuiltin(specifier)) {
    if (!room.node) report('node-builtins', `${room.name} may not import ${specifier}`);
    if (/^(node:)?vm$/.test(specifier)) report('no-vm', 'node:vm is no sandbox');
    return;
  }
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (room.packages !== 'any' && !room.packages.includes(name)) {
    report('packages', `${room.name} may not import the package ${name}`);
  }
  if (room.product && imported.kind !== 'type' && !dependencies.has(name)) {
    report('declared', `${name} is not among the dependencies of package.json`);
  }
}

/** Import cycles, each reported once: groups of modules that reach each other (Tarjan 1972). */
function findCycles(edges: ReadonlyMap<string, readonly string[]>): Violation[] {
  const index = new Map<string, number>();
  const stack: string[] = [];
  const open = new Set<string>();
  const cycles: Violation[] = [];

  const visit = (path: string): number => {
    const mine = index.size;
    index.set(path, mine);
    stack.push(path);
    open.add(path);
    let lowest = mine;
    for (const target of edges.get(path) ?? []) {
      if (!index.has(target)) lowest = Math.min(lowest, visit(target));
      else if (open.has(target)) lowest = Math.min(lowest, index.get(target) ?? lowest);
    }
    if (lowest === mine) {
      const group = stack.splice(stack.indexOf(path));
      for (const member of group) open.delete(member);
      if (group.length > 1 || edges.get(path)?.includes(path)) {
        cycles.push({ rule: 'no-cycle', path, line: 1, message: `import each other: ${group.join(', ')}` });
      }
    }
    return lowest;
  };
  for (const path of edges.keys()) if (!index.has(path)) visit(path);
  return cycles;
}
