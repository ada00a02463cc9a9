// Preloaded into the measured command (node --import): writes what it loaded, its memory and where the time went to the
// file that PIPEWRIGHT_BENCH_LOADED names.
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** @type {string[]} */
const loaded = [];
registerHooks({
  load(url, context, next) {
    if (!url.startsWith('node:')) loaded.push(url);
    return next(url, context);
  },
});
const file = process.env['PIPEWRIGHT_BENCH_LOADED'];
process.on('exit', () => {
  if (file) writeFileSync(file, JSON.stringify({ loaded, peakKiB: process.resourceUsage().maxRSS }));
});
