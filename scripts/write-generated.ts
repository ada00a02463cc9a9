// Writes what is generated from the code: the reference of the command, of the errors, the JSON Schemas
// and the pictures of the templates.
//   node scripts/write-generated.ts           writes them
//   node scripts/write-generated.ts --check   fails when one is not up to date

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatedFiles } from './generated/generated-files.ts';

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [file, text] of Object.entries(generatedFiles())) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  stale.push(file);
  if (check) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
const count = Object.keys(generatedFiles()).length;
if (check) {
  for (const file of stale) console.error(`${file} is not up to date: node scripts/write-generated.ts`);
  if (stale.length > 0) process.exitCode = 1;
}
console.log(`generated: ${count} files, ${stale.length} ${check ? 'not up to date' : 'written'}`);
