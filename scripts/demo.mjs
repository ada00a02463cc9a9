// Shows what Pipewright does, by its library alone: reads the documents of a sample workspace and runs its workflow on
// the questions of a dataset. No network, no key.
//   npm run demo

import './require-node.mjs';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'workflows/samples/support');
const flow = 'workflows/support-assistant.flow.json';
const dataset = 'datasets/demo.jsonl';

// Named by a value, so that the type check reads the source and not the bundle.
const library = new URL('../dist/index.js', import.meta.url).href;
/** @type {typeof import('../app/index.ts')} */
const { openWorkspace, isAppError } = await import(library);

const { stdout, stderr, env } = process;
const colors = Boolean(stdout.isTTY) && !env['NO_COLOR'];
const paint = (/** @type {number} */ code, /** @type {string} */ text) =>
  colors ? `\u001b[${code}m${text}\u001b[0m` : text;
const bold = (/** @type {string} */ text) => paint(1, text);
const dim = (/** @type {string} */ text) => paint(2, text);
const width = Math.min(stdout.columns || 80, 100);
const say = (text = '') => stdout.write(`${text}\n`);

/** @typedef {import('../app/index.ts').Workspace} Workspace */
/** @typedef {import('../app/index.ts').Trace} Trace */
/** @typedef {import('../app/index.ts').Json} Json */

const began = performance.now();
const workspace = await openWorkspace(folder);
try {
  say(bold(workspace.name));
  say(dim(`${relative(process.cwd(), folder) || folder}: its documents are read, then ${flow} answers.`));
  say();
  await ingest(workspace);
  const { inputs } = JSON.parse(readFileSync(join(folder, flow), 'utf8'));
  const cases = readFileSync(join(folder, dataset), 'utf8').trim().split('\n');
  for (const [i, line] of cases.entries()) await ask(workspace, i + 1, JSON.parse(line), Object.keys(inputs));
  await lookFurther(workspace);
} catch (error) {
  if (!isAppError(error)) throw error;
  const { code, message, where = '', remedy = '' } = /** @type {import('../app/index.ts').AppError} */ (error);
  stderr.write(`${code}: ${message}\n${where}\n${remedy}\n`);
  process.exitCode = 1;
} finally {
  await workspace.close();
}

/** @param {Workspace} workspace */
async function ingest(workspace) {
  const bar = 24;
  let phase = '';
  const reports = await workspace.ingest(undefined, {
    onProgress(progress) {
      if (stderr.isTTY) {
        const full = Math.round((progress.total === 0 ? 0 : progress.done / progress.total) * bar);
        const text = `${'█'.repeat(full)}${'░'.repeat(bar - full)} ${progress.phase} ${progress.done}/${progress.total} ${progress.file ?? ''}`;
        stderr.write(`\r\u001b[2K${text.slice(0, width - 1)}`);
      } else if (progress.phase === 'load' && phase !== 'load') stderr.write(`reading ${progress.total} files\n`);
      phase = progress.phase;
    },
  });
  if (stderr.isTTY) stderr.write('\r\u001b[2K');
  for (const { collection, files, unchanged, chunks, failures } of reports) {
    const done = unchanged === files ? 'unchanged since the last time' : `${chunks} chunks written`;
    say(`${bold(collection)}: ${files} files, ${done}`);
    for (const { file, message } of failures) say(`  ${file}: ${message}`);
  }
}

/**
 * @param {Workspace} workspace
 * @param {number} number
 * @param {{ [field: string]: Json }} given
 * @param {string[]} names of the workflow's inputs
 */
async function ask(workspace, number, given, names) {
  const inputs = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => names.includes(name) && value !== null),
  );
  say();
  say(dim('─'.repeat(width)));
  say(
    `${bold(`${number}.`)} ${Object.entries(inputs)
      .map(([name, value]) => `${dim(`${name}:`)} ${bold(String(value))}`)
      .join('  ')}`,
  );
  say();
  const run = await workspace.run(flow, inputs);
  const result = await run.result;
  const trace = await workspace.trace(run.runId);
  const values = [
    ...Object.values(result.outputs),
    ...trace.steps.flatMap(({ outputs }) => Object.values(outputs).reverse().flatMap(shown)).reverse(),
  ];

  for (const task of result.status === 'waiting' ? await workspace.reviews({ runId: run.runId }) : []) {
    say(paint(33, `Handed to a person: ${task.title}`));
    if (task.reason) for (const line of wrap(`Why: ${task.reason}`)) say(line);
    say(dim(`Decide: pipewright review decide ${task.wait.slice(0, 13)} ${task.actions.join('|')}`));
    say();
  }
  const answer = values.find(isAnswer);
  if (answer) {
    if (result.status === 'waiting') say(dim('The draft that the person sees:'));
    // A sentence that is quoted out of a page keeps the page's line breaks.
    for (const line of wrap(answer.text.replace(/(?<=\S)\n(?=[^\s>*#|-])/g, ' '))) say(line);
    say();
    const places = answer.citations.map(({ marker, file, line, page }) => {
      const where = page === undefined ? (line === undefined ? '' : `:${line}`) : `, page ${page}`;
      return `  ${paint(36, `[${marker}]`)} ${file}${where}`;
    });
    for (const place of new Set(places)) say(place);
    if (answer.citations.length > 0) say();
  }
  const confidence = values.find(isConfidence);
  if (confidence) say(`Confidence ${confidence.score.toFixed(2)}${confidence.calibrated ? '' : ' (uncalibrated)'}`);
  if (result.error) say(paint(31, `Failed at ${result.step}: ${result.error.message}`));
  say();
  table(trace);
  say(dim(`${run.runId}: ${result.status}`));
}

/** @param {Trace['steps'][number]['outputs'][string]} value */
function shown(value) {
  return 'value' in value ? [value.value] : [];
}

/**
 * @param {any} value
 * @returns {value is { text: string, citations: { marker: string, file?: string, line?: number, page?: number }[] }}
 */
function isAnswer(value) {
  return typeof value?.text === 'string' && Array.isArray(value.citations);
}

/**
 * @param {any} value
 * @returns {value is { score: number, calibrated: boolean }}
 */
function isConfidence(value) {
  return typeof value?.score === 'number' && Array.isArray(value.reasons);
}

/** @param {Trace} trace */
function table({ steps }) {
  const rows = steps.map(({ step, state, startedAt, endedAt, spent, calls, cached }) => [
    step,
    state,
    state === 'skipped' || startedAt === undefined || endedAt === undefined ? '' : `${endedAt - startedAt} ms`,
    spent.inputTokens + spent.outputTokens > 0 ? `${spent.inputTokens}→${spent.outputTokens}` : '',
    calls.some(({ cost }) => cost) ? `$${(spent.nanoUsd / 1e9).toFixed(spent.nanoUsd === 0 ? 0 : 6)}` : '',
    cached ? 'hit' : '',
  ]);
  const all = [['STEP', 'STATE', 'TIME', 'TOKENS', 'COST', 'CACHE'], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((i) => Math.min(30, Math.max(...all.map((row) => row[i]?.length ?? 0))));
  for (const [n, row] of all.entries()) {
    const line = row.map((cell, i) =>
      i >= 2 && i <= 4 ? cell.padStart(widths[i] ?? 0) : cell.slice(0, 30).padEnd(widths[i] ?? 0),
    );
    say(n === 0 ? dim(line.join('  ')) : line.join('  ').trimEnd());
  }
}

/** @param {Workspace} workspace */
async function lookFurther(workspace) {
  const [last] = await workspace.runs({ limit: 1 });
  const at = relative(process.cwd(), folder) || '.';
  say();
  say(dim('─'.repeat(width)));
  say(`${bold('Look further')} ${dim(`(all of it took ${((performance.now() - began) / 1000).toFixed(1)} s)`)}`);
  for (const [args, why] of [
    [`trace ${last?.runId ?? 'last'} -w ${at}`, 'every step, its calls and values (--step, --json)'],
    [`replay ${last?.runId ?? 'last'} -w ${at}`, 'the same run again, offline and free'],
    [`review list -w ${at}`, 'what waits for a person'],
    [`search ${(await workspace.collections())[0]?.name} "resume" -w ${at}`, 'the documents'],
    ['init ../my-workspace', 'a workspace of your own'],
  ])
    say(`  npm run -s pipewright -- ${args}\n      ${dim(why ?? '')}`);
}

/**
 * Lines of at most `width` columns; what a document says cannot control the terminal.
 * @param {string} text
 */
function wrap(text) {
  const lines = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be taken out
  for (const paragraph of text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ').split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + word.length + 1 > width) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines;
}
