#!/usr/bin/env node
import '../../../scripts/require-node.mjs';

const { keepCompiledCode } = await import('./compiled-code.ts');
keepCompiledCode();
const { main } = await import('./main.ts');
await main();
