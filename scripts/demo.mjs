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
/** How the command is called from the project's folder. */
const command = 'npm run -s pipewright --';
const here = `-w ${relative(process.cwd(), folder) || '.'}`;
const say = (text = '') => stdout.write(`${text}\n`);

/** @typedef {import('../app/index.ts').Workspace} Workspace */
/** @typedef {import('../app/index.ts').Trace} Trace */
/** @typedef {import('../app/index.ts').Json} Json */

const began = performance.now();
const workspace = await openWorkspace(folder);
try {
  say(bold(workspace.name));
  say(dim(`${relative(process.cwd(), folder) || folder}`));
  say(dim(`Its documents are read, then ${flow} answers.`));
  say();
  await ingest(workspace);
  /** @type {{ inputs: { [name: string]: Json }, nodes: { id: string, name?: string }[] }} */
  const { inputs, nodes } = JSON.parse(readFileSync(join(folder, flow), 'utf8'));
  const names = new Map(nodes.map(({ id, name }) => [id, name ?? '']));
  const cases = readFileSync(join(folder, dataset), 'utf8').trim().split('\n');
  for (const [i, line] of cases.entries()) await ask(workspace, i + 1, JSON.parse(line), Object.keys(inputs), names);
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
 * @param {string[]} inputNames of the workflow
 * @param {Map<string, string>} nodeNames by the nodes' ids
 */
async function ask(workspace, number, given, inputNames, nodeNames) {
  const inputs = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => inputNames.includes(name) && value !== null),
  );
  say();
  say(dim('─'.repeat(width)));
  for (const [i, [name, value]] of Object.entries(inputs).entries())
    labelled(i === 0 ? `${number}. ${name}` : `   ${name}`, String(value), bold);
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
    if (task.reason) labelled('why', task.reason);
    const { payload } = await workspace.review(task.wait);
    // What the person gets to see besides what stands here already.
    for (const [name, part] of Object.entries(payload ?? {})) {
      const text = isAnswer(part) ? part.text : part;
      if (typeof text === 'string' && text !== task.reason && !Object.values(inputs).includes(text))
        labelled(name, oneLine(text));
    }
    say(dim(`${command} review decide ${task.wait.slice(0, 13)} ${task.actions.join('|')} ${here}`));
    say();
  }
  const answer = result.status === 'waiting' ? undefined : values.find(isAnswer);
  if (answer) {
    for (const line of wrap(oneLine(answer.text))) say(line);
    say();
    const places = answer.citations.map(({ marker, file, line, page }) => {
      const where = page === undefined ? (line === undefined ? '' : `:${line}`) : `, page ${page}`;
      return `  ${paint(36, `[${marker}]`)} ${file}${where}`;
    });
    for (const place of new Set(places)) say(place);
    if (answer.citations.length > 0) say();
  }
  const confidence = values.find(isConfidence);
  if (confidence) {
    const parts = Object.entries(confidence.parts).map(([name, part]) => `${name} ${part.toFixed(2)}`);
    say(`Confidence ${bold(confidence.score.toFixed(2))}${confidence.calibrated ? '' : ' (uncalibrated)'}`);
    say(dim(`  ${parts.join(', ')}`));
  }
  if (result.error) say(paint(31, `Failed at ${result.step}: ${result.error.message}`));
  if (confidence || result.error) say();
  table(trace, nodeNames);
  const ms = trace.lastAt - trace.createdAt;
  say(dim(`${run.runId} ${paint(colorOf(result.status), result.status)} ${dim(`after ${ms} ms`)}`));
}

/**
 * A name and what stands behind it, the second and later lines under the first.
 * @param {string} name
 * @param {string} text
 * @param {(text: string) => string} style
 */
function labelled(name, text, style = (line) => line) {
  const indent = name.length + 2;
  for (const [i, line] of wrap(text, width - indent).entries())
    say(`${i === 0 ? dim(`${name}: `) : ' '.repeat(indent)}${style(line)}`);
}

/**
 * A sentence that is quoted out of a page without the page's line breaks.
 * @param {string} text
 */
function oneLine(text) {
  return text.replace(/(?<=\S)\n(?=[^\s>*#|-])/g, ' ');
}

/** @param {string} state */
function colorOf(state) {
  return { succeeded: 32, cached: 32, waiting: 33, failed: 31 }[state] ?? 0;
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
 * @returns {value is { score: number, calibrated: boolean, parts: { [part: string]: number } }}
 */
function isConfidence(value) {
  return typeof value?.score === 'number' && Array.isArray(value.reasons);
}

/**
 * @param {Trace} trace
 * @param {Map<string, string>} names
 */
function table({ steps }, names) {
  const ran = steps.filter(({ state }) => state !== 'skipped');
  const head = ['STEP', '', 'STATE', 'TIME', 'TOKENS', 'COST', 'CACHE'];
  const rows = ran.map(({ step, node, state, startedAt, endedAt, spent, calls, cached }) => [
    step,
    names.get(node) ?? '',
    state,
    startedAt === undefined || endedAt === undefined ? '' : `${endedAt - startedAt} ms`,
    spent.inputTokens + spent.outputTokens > 0 ? `${spent.inputTokens}→${spent.outputTokens}` : '',
    calls.some(({ cost }) => cost) ? `$${(spent.nanoUsd / 1e9).toFixed(spent.nanoUsd === 0 ? 0 : 6)}` : '',
    cached ? 'hit' : '',
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  // What a step does gives way when the line is too long.
  const over = widths.reduce((sum, one) => sum + one + 2, -2) - width;
  if (over > 0) widths[1] = Math.max(0, (widths[1] ?? 0) - over);
  for (const row of [head, ...rows]) {
    const cells = row.map((cell, i) => {
      const cut = cell.slice(0, widths[i]);
      return i >= 3 && i <= 5 ? cut.padStart(widths[i] ?? 0) : cut.padEnd(widths[i] ?? 0);
    });
    if (row === head) say(dim(cells.join('  ').trimEnd()));
    else {
      cells[1] = dim(cells[1] ?? '');
      cells[2] = (cells[2] ?? '').replace(/\S+/, (state) => paint(colorOf(state), state));
      say(cells.join('  ').trimEnd());
    }
  }
  const skipped = steps.filter(({ state }) => state === 'skipped').map(({ step }) => step);
  if (skipped.length > 0) for (const line of wrap(`skipped: ${skipped.join(', ')}`)) say(dim(line));
}

/** @param {Workspace} workspace */
async function lookFurther(workspace) {
  const runs = await workspace.runs({ limit: 10 });
  const last = runs.find(({ status }) => status === 'succeeded') ?? runs[0];
  say();
  say(dim('─'.repeat(width)));
  say(`${bold('Look further')} ${dim(`(all of it took ${((performance.now() - began) / 1000).toFixed(1)} s)`)}`);
  for (const [args, why] of [
    [`trace ${last?.runId ?? 'last'} ${here}`, 'every step, its calls and values (--step, --json)'],
    [`replay ${last?.runId ?? 'last'} ${here}`, 'the same run again, offline and free'],
    [`review list ${here}`, 'what waits for a person'],
    [`search ${(await workspace.collections())[0]?.name} "resume" ${here}`, 'the documents'],
    ['init ../my-workspace', 'a workspace of your own'],
  ])
    say(`  ${command} ${args}\n      ${dim(why ?? '')}`);
}

/**
 * Lines of at most so many columns; what a document says cannot control the terminal.
 * @param {string} text
 */
function wrap(text, columns = width) {
  const lines = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be taken out
  for (const paragraph of text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ').split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + word.length + 1 > columns) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines;
}
