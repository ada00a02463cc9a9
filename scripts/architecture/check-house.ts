import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkConstructs } from './check-constructs.ts';
import { checkImports, type Violation } from './check-imports.ts';
import { checkOutbound } from './check-outbound.ts';
import { checkShell } from './check-shell.ts';
import { readModules } from './read-modules.ts';
import { narrowings, outbound, rooms, scope } from './rooms.ts';

export interface HouseReport {
  modules: number;
  imports: number;
  violations: Violation[];
}

/** Checks every import of a tree against the table of rooms, and every file for constructs that may not be there. */
export function checkHouse(root: string): HouseReport {
  const modules = readModules(root, scope.folders);
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const violations: Violation[] = [
    ...checkImports(modules, { rooms, narrowings }, new Set(Object.keys(dependencies))),
    ...checkConstructs(modules, rooms),
    ...checkOutbound(modules, rooms, outbound),
    ...checkShell(modules),
  ];
  if (modules.length < scope.minimumModules) {
    const message = `read only ${modules.length} modules, at least ${scope.minimumModules} were expected`;
    violations.push({ rule: 'plausible', path: root, line: 1, message });
  }
  for (const { name, holds } of rooms) {
    if (modules.some(({ path }) => holds.test(path))) continue;
    const message = `no module lies in the room ${name} (${holds})`;
    violations.push({ rule: 'empty-room', path: root, line: 1, message });
  }
  return {
    modules: modules.length,
    imports: modules.reduce((sum, { imports }) => sum + imports.length, 0),
    violations,
  };
}
