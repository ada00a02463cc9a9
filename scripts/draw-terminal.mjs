// Draws text from standard input as a terminal window in SVG, for the README's pictures:
//   pipewright trace last | node scripts/draw-terminal.mjs docs/trace.svg 'pipewright trace last'
import { readFileSync, writeFileSync } from 'node:fs';

const [file, command = ''] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node scripts/draw-terminal.mjs FILE.svg [COMMAND]');
  process.exit(2);
}
const lines = [`$ ${command}`, ...readFileSync(0, 'utf8').trimEnd().split('\n')];
const size = { glyph: 8.43, line: 19, margin: 20, bar: 34 };
const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * size.glyph + 2 * size.margin);
const height = lines.length * size.line + size.bar + 2 * size.margin;

/** @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Colour by what a word says, as the command shows it on a terminal. @type {[RegExp, string][]} */
const colours = [
  [/\b(succeeded|cached)\b/g, '#7ee787'],
  [/\b(waiting|paused)\b/g, '#e3b341'],
  [/\b(failed|cancelled)\b/g, '#ff7b72'],
  [/\bskipped\b/g, '#8b949e'],
];

/** @param {string} line */
function coloured(line) {
  let text = escaped(line);
  for (const [word, colour] of colours)
    text = text.replace(word, (match) => `<tspan fill="${colour}">${match}</tspan>`);
  return text;
}

const rows = lines.map((line, i) => {
  const y = size.bar + size.margin + (i + 0.8) * size.line;
  const weight = i === 0 || /^STEP /.test(line) ? ' font-weight="bold"' : '';
  return `<text x="${size.margin}" y="${y.toFixed(1)}" xml:space="preserve"${weight}>${coloured(line)}</text>`;
});
const lights = ['#ff5f57', '#febc2e', '#28c840'].map(
  (fill, i) => `<circle cx="${22 + i * 20}" cy="17" r="6" fill="${fill}"/>`,
);
writeFileSync(
  file,
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(command)}">
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>${lights.join('')}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">
${rows.join('\n')}
</g></svg>\n`,
);
