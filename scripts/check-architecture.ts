// Checks every import against the table of rooms, and every file for constructs that may not be there.
//   node scripts/check-architecture.ts [root]

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkConstructs } from './architecture/check-constructs.ts';
import { checkImports, type Violation } from './architecture/check-imports.ts';
import { checkOutbound } from './architecture/check-outbound.ts';
import { checkShell } from './architecture/check-shell.ts';
import { readModules } from './architecture/read-modules.ts';
import { narrowings, outbound, rooms, scope } from './architecture/rooms.ts';

const root = process.argv[2] ?? '.';
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
  violations.push({
    rule: 'empty-room',
    path: root,
    line: 1,
    message: `no module lies in the room ${name} (${holds})`,
  });
}

for (const { rule, path, line, message } of violations) console.error(`${path}:${line} ${rule}: ${message}`);
const imports = modules.reduce((sum, module) => sum + module.imports.length, 0);
console.log(`architecture: ${modules.length} modules, ${imports} imports read, ${violations.length} violations`);
if (violations.length > 0) process.exitCode = 1;
