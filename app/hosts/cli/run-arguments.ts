import { resolve } from 'node:path';
import { readFileBounded } from '../../adapters/files/read-file-bounded.ts';
import { AppError } from '../../core/errors/app-error.ts';
import { isJsonObject, type Json, jsonTextDepth } from '../../core/graph/json.ts';
import { type BreakpointGiven, parseBreakpoint } from '../../core/run/breakpoint.ts';
import type { GivenInput, PortValueGiven } from '../../services/run/run-edits.ts';
import { type CommandContext, nameAndValue } from './command-context.ts';

const MAX_INPUT_BYTES = 10 * 1_048_576;
const MAX_DEPTH = 64;

/** `step.port=value`; a step in a frame has slashes, and so has a port such as `config/k`. */
const portValue = /^((?:[A-Za-z0-9_-]+\[\d+\]\/)*[A-Za-z0-9_-]+)\.([A-Za-z][\w./-]*)=([\s\S]*)$/;

/** @throws AppError cli.usage */
export function portValuesOf(given: readonly string[] = [], option: string): PortValueGiven[] {
  return given.map((text) => {
    const [, step, port, value] = portValue.exec(text) ?? [];
    if (step !== undefined && port !== undefined && value !== undefined) return { step, port, value: { text: value } };
    throw new AppError('cli.usage', {
      message: `“${text.slice(0, 80)}” is not of the form step.port=value.`,
      where: option,
      remedy: `Write for example: ${option} retrieve.chunks='[]', or ${option} map1[3]/model.text=yes`,
    });
  });
}

/** Breakpoints as `--break` has them. @throws AppError run.breakpoint */
export function breakpointsOf(given: readonly string[] = []): BreakpointGiven[] {
  return given.map(parseBreakpoint);
}

/**
 * All inputs of a run: those of `--inputs` (a file or `-`), overruled by `--input`.
 * @throws AppError run.input, cli.usage, document.*
 */
export async function readInputs(
  { cwd }: CommandContext,
  options: { input?: string[]; inputs?: string },
): Promise<{ [name: string]: GivenInput }> {
  const inputs: { [name: string]: GivenInput } = {};
  if (options.inputs !== undefined) {
    const where = options.inputs === '-' ? 'standard input' : options.inputs;
    const text = options.inputs === '-' ? await readStdin() : await readText(resolve(cwd, options.inputs), where);
    for (const [name, json] of Object.entries(parseObject(text, where))) inputs[name] = { json };
  }
  for (const given of options.input ?? []) {
    const [name, text] = nameAndValue(given, '--input');
    inputs[name] = { text };
  }
  return inputs;
}

async function readText(path: string, where: string): Promise<string> {
  return new TextDecoder('utf-8').decode(await readFileBounded(path, MAX_INPUT_BYTES, where));
}

async function readStdin(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Reading inputs from the terminal; end them with Ctrl-D.\n');
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of process.stdin) {
    const bytes = Buffer.from(piece as Uint8Array);
    size += bytes.length;
    if (size > MAX_INPUT_BYTES)
      throw invalid(
        'standard input',
        `More than ${MAX_INPUT_BYTES / 1_048_576} MB came in.`,
        'Put large data into documents or tables.',
      );
    pieces.push(bytes);
  }
  return new TextDecoder('utf-8').decode(Buffer.concat(pieces));
}

function parseObject(text: string, where: string): { [name: string]: Json } {
  if (jsonTextDepth(text, MAX_DEPTH) > MAX_DEPTH)
    throw invalid(where, `The JSON is nested deeper than ${MAX_DEPTH} levels.`, 'Flatten it.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(where, `This is not JSON: ${reason}.`, 'Give a JSON object with one member for each input.');
  }
  if (isJsonObject(value)) return value;
  throw invalid(where, 'The inputs are not a JSON object.', 'Give an object such as {"question": "…"}.');
}

function invalid(where: string, message: string, remedy: string): AppError {
  return new AppError('run.input', { message, where, remedy });
}
