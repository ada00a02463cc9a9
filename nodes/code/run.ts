import type { CodeFault } from '../../app/core/capabilities/capabilities.ts';
import {
  AppError,
  didYouMean,
  isJsonObject,
  type Json,
  type JsonObject,
  portSchemas,
  type Run,
} from '../../app/core/nodekit/index.ts';
import type { code } from './manifest.ts';

/** Code that speaks of none of these gets neither: two records less in the log of each step. */
const speaksOfTime = /\bnow\b|\bDate\b/;
const speaksOfChance = /\brandom\b/;

export const run: Run<typeof code> = async ({ config, ports }, { cap, detail, step }) => {
  const inputs: JsonObject = {};
  for (const { name } of config.inputs) {
    const value = ports[name];
    if (value !== undefined) inputs[name] = value;
  }
  const response = await cap.code.run({
    code: config.code,
    inputs,
    now: speaksOfTime.test(config.code) ? cap.clock.now() : 0,
    seed: speaksOfChance.test(config.code) ? cap.random.next() : 0,
    timeoutMs: config.timeoutMs,
    memoryMb: config.memoryMb,
  });
  for (const line of response.logs) cap.log.write({ level: 'info', message: line });
  detail({ logs: response.logs.length });
  if (response.fault !== undefined) throw failure(response.fault);
  return outputs(response.value);

  function failure({ kind, name, message, line, column }: CodeFault): AppError {
    const place = line === undefined ? '' : `, line ${line}${column === undefined ? '' : `, column ${column}`}`;
    const where = `node ${step.nodeId}, config.code${place}`;
    const data = { ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
    if (kind === 'timeout') {
      return new AppError('code.timeout', {
        message: `The code did not end within ${config.timeoutMs} ms.`,
        where,
        remedy: 'Look for a loop without end or too much work, give it less at a time (map), or raise timeoutMs.',
      });
    }
    if (kind === 'memory') {
      return new AppError('code.memory', {
        message: `The code needs more than its ${config.memoryMb} MB of memory${message === '' ? '' : ` (${message})`}.`,
        where,
        remedy: 'Give it less at a time (map), or raise memoryMb.',
        data,
      });
    }
    if (kind === 'result') return unfit(message, 'Return less: what a step gives is kept in the log.');
    const source = line === undefined ? '' : ` In: ${(config.code.split('\n')[line - 1] ?? '').trim().slice(0, 120)}`;
    return new AppError('code.failed', {
      message: `${name === '' ? 'The code threw' : name}: ${message || '(no message)'}${source}`,
      where,
      remedy:
        name === 'InternalError' && message === 'stack overflow'
          ? 'The code calls itself too deeply: use a loop.'
          : 'Correct the code; log(…) shows values in the trace.',
      data,
    });
  }

  function outputs(value: Json | undefined): { [port: string]: Json } {
    if (value === undefined || value === null) return {};
    const names = config.outputs.map(({ name }) => name);
    if (!isJsonObject(value)) {
      const only = names.length === 1 ? names[0] : 'name';
      throw unfit(
        `The code returned ${Array.isArray(value) ? 'a list' : `a ${typeof value}`}, not an object of outputs.`,
        `Write return { ${only}: … };`,
      );
    }
    const given: { [port: string]: Json } = {};
    for (const [name, member] of Object.entries(value)) {
      const output = config.outputs.find((one) => one.name === name);
      if (output === undefined) {
        throw unfit(
          `The code returned “${name.slice(0, 64)}”, which is no output of the node.${didYouMean(name, names)}`,
          `Its outputs are ${names.join(', ')}: return those, or add it to \`outputs\`.`,
        );
      }
      const fits = portSchemas[output.type].safeParse(member);
      if (!fits.success) {
        const issue = fits.error.issues[0];
        const at = issue && issue.path.length > 0 ? ` at ${issue.path.map(String).join('.')}` : '';
        throw unfit(
          `The output “${name}” is no ${output.type}: ${issue?.message ?? 'it does not fit'}${at}.`,
          'Return a value of that type, or change the type of the output.',
        );
      }
      given[name] = member;
    }
    return given;
  }

  function unfit(message: string, remedy: string): AppError {
    return new AppError('code.result', { message, where: `node ${step.nodeId}, config.code`, remedy });
  }
};
