// Checks every import against the table of rooms, and every file for constructs that may not be there.
//   node scripts/check-architecture.ts [root]

import { checkHouse } from './architecture/check-house.ts';

const { modules, imports, violations } = checkHouse(process.argv[2] ?? '.');
for (const { rule, path, line, message } of violations) console.error(`${path}:${line} ${rule}: ${message}`);
console.log(`architecture: ${modules} modules, ${imports} imports read, ${violations.length} violations`);
if (violations.length > 0) process.exitCode = 1;
