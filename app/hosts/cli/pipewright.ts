#!/usr/bin/env node
import '../../../scripts/require-node.mjs';
import { keepCompiledCode } from './compiled-code.ts';

await keepCompiledCode();
// What a shell asks for while someone types must be there at once: it loads no command.
if (process.argv[2] === '__complete') {
  const { completeWords } = await import('./complete-words.ts');
  await completeWords(process.argv.slice(3));
} else {
  const { main } = await import('./main.ts');
  await main();
}
