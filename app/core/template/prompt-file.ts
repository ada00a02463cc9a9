import { AppError, isAppError } from '../errors/app-error.ts';
import { didYouMean } from '../errors/suggest.ts';
import type { Json } from '../graph/json.ts';
import type { Message } from '../graph/values.ts';
import { boundedCache } from './bounded-cache.ts';
import { compileTemplate, type Template } from './template.ts';

export interface PromptMessage {
  role: Message['role'];
  template: Template;
  /** Line of the file that the template begins on, counted from 1. */
  line: number;
}

export interface PromptFile {
  description: string | undefined;
  /** Names that the templates may use. */
  variables: readonly string[];
  messages: readonly PromptMessage[];
  /**
   * The chat messages for these variables.
   *
   * @throws AppError template.missing_variable, template.limit, template.render, with the line in the file
   */
  render(variables: { readonly [name: string]: Json | undefined }): Message[];
}

const roles = ['system', 'user', 'assistant'] as const;
const heading = /^# (system|user|assistant)\s*$/;
const parsed = boundedCache<PromptFile>(500);

/**
 * Reads a prompt file:
 *
 *     ---
 *     description: Answers from the context only
 *     variables: [question, context]
 *     ---
 *     # system
 *     You answer from the context.
 *     # user
 *     {{ context.text }}
 *
 *     Question: {{ question }}
 *
 * Each heading `# system`, `# user` or `# assistant` begins a message; its text is a Liquid template, without the blank
 * lines around it. Any other heading is text, and so is `\# user`. A template may use the declared variables only.
 *
 * @param file name for error messages
 * @throws AppError prompt.invalid with the line
 */
export function parsePrompt(text: string, file = 'prompt'): PromptFile {
  return parsed.get(`${file}\n${text}`, () => parse(text, file));
}

function parse(text: string, file: string): PromptFile {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const front = parseFront(lines, file);
  const messages = parseMessages(lines, front.bodyLine, file);
  for (const message of messages) checkVariables(message, front.variables, file);

  return {
    description: front.description,
    variables: front.variables,
    messages,
    render(variables) {
      return messages.map(({ role, template, line }) => ({
        role,
        content: inFile(file, line, () => template.render(variables)),
      }));
    },
  };
}

function invalid(file: string, line: number, message: string, remedy: string): AppError {
  return new AppError('prompt.invalid', { message, where: `${file}, line ${line}`, data: { line }, remedy });
}

interface Front {
  description: string | undefined;
  variables: string[];
  /** Index of the first line after the front matter. */
  bodyLine: number;
}

function parseFront(lines: string[], file: string): Front {
  const front: Front = { description: undefined, variables: [], bodyLine: 0 };
  if (lines[0]?.trim() !== '---') return front;
  const end = lines.findIndex((line, i) => i > 0 && line.trim() === '---');
  if (end < 0) throw invalid(file, 1, 'The front matter is not closed.', 'End it with a line of three dashes: ---');
  front.bodyLine = end + 1;

  let inList = false;
  const seen = new Set<string>();
  for (let i = 1; i < end; i += 1) {
    const line = (lines[i] ?? '').trim();
    if (line === '' || line.startsWith('#')) continue;
    const item = /^- +(.*)$/.exec(line);
    if (item && inList) {
      front.variables.push(...variableNames(item[1] ?? '', file, i + 1));
      continue;
    }
    const pair = /^([A-Za-z]+):\s*(.*)$/.exec(line);
    const key = pair?.[1] ?? '';
    if (!pair || (key !== 'description' && key !== 'variables')) {
      throw invalid(
        file,
        i + 1,
        `The front matter does not know ${JSON.stringify(line.slice(0, 80))}.${didYouMean(key, ['description', 'variables'])}`,
        'It holds `description: text` and `variables: [name, name]`.',
      );
    }
    if (seen.has(key)) throw invalid(file, i + 1, `“${key}” stands twice in the front matter.`, 'Keep one of them.');
    seen.add(key);
    const value = unquoted(pair[2] ?? '');
    inList = key === 'variables' && value === '';
    if (key === 'description') front.description = value;
    else if (value !== '') front.variables.push(...inlineList(value, file, i + 1));
  }
  const twice = front.variables.find((name, i) => front.variables.indexOf(name) !== i);
  if (twice) throw invalid(file, 1, `The variable “${twice}” is declared twice.`, 'Declare it once.');
  return front;
}

function unquoted(text: string): string {
  return /^"[^"]*"$|^'[^']*'$/.test(text) ? text.slice(1, -1) : text;
}

function inlineList(value: string, file: string, line: number): string[] {
  const list = /^\[(.*)\]$/.exec(value);
  if (!list) throw invalid(file, line, 'The variables are not a list.', 'Write `variables: [question, context]`.');
  return variableNames(list[1] ?? '', file, line);
}

function variableNames(text: string, file: string, line: number): string[] {
  const names = text.split(',').map((name) => unquoted(name.trim()));
  return names
    .filter((name) => name !== '')
    .map((name) => {
      if (/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name)) return name;
      throw invalid(
        file,
        line,
        `${JSON.stringify(name)} is not a name for a variable.`,
        'Names begin with a letter and hold letters, digits and underscores.',
      );
    });
}

function parseMessages(lines: string[], from: number, file: string): PromptMessage[] {
  const messages: PromptMessage[] = [];
  const starts: number[] = [];
  for (let i = from; i < lines.length; i += 1) {
    if (heading.test(lines[i] ?? '')) starts.push(i);
    else if (starts.length === 0 && lines[i]?.trim() !== '') {
      throw invalid(
        file,
        i + 1,
        'There is text before the first message.',
        `Begin each message with a heading: ${roles.map((role) => `“# ${role}”`).join(', ')}.`,
      );
    }
  }
  if (starts.length === 0) {
    throw invalid(file, from + 1, 'The prompt has no message.', 'Add a line “# user” and the text below it.');
  }
  starts.forEach((start, n) => {
    const role = heading.exec(lines[start] ?? '')?.[1] as PromptMessage['role'];
    let first = start + 1;
    let end = starts[n + 1] ?? lines.length;
    while (first < end && lines[first]?.trim() === '') first += 1;
    while (end > first && lines[end - 1]?.trim() === '') end -= 1;
    if (first === end) {
      throw invalid(
        file,
        start + 1,
        `The message “# ${role}” is empty.`,
        'Write its text below, or remove the heading.',
      );
    }
    const source = lines
      .slice(first, end)
      .map((line) => line.replace(/^\\(# (?:system|user|assistant)\s*)$/, '$1'))
      .join('\n');
    const template = inFile(file, first + 1, () => compileTemplate(source), 'prompt.invalid');
    messages.push({ role, template, line: first + 1 });
  });
  return messages;
}

function checkVariables(message: PromptMessage, declared: readonly string[], file: string): void {
  const unknown = message.template.variables.find((name) => !declared.includes(name));
  if (unknown === undefined) return;
  const offset = message.template.source.split('\n').findIndex((line) => line.includes(unknown));
  throw invalid(
    file,
    message.line + Math.max(offset, 0),
    `The template uses “${unknown}”, which is not declared.${didYouMean(unknown, declared)}`,
    `Add it to the front matter: variables: [${[...declared, unknown].join(', ')}].`,
  );
}

/** Runs `work` on a template that begins on `line`, and gives its errors their place in the file. */
function inFile<T>(file: string, line: number, work: () => T, code?: 'prompt.invalid'): T {
  try {
    return work();
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    const inside = typeof thrown.data?.['line'] === 'number' ? thrown.data['line'] : 1;
    const column = thrown.data?.['column'];
    const at = line + inside - 1;
    throw new AppError(code ?? thrown.code, {
      message: thrown.message,
      where: `${file}, line ${at}${typeof column === 'number' ? `, column ${column}` : ''}`,
      remedy: thrown.remedy,
      data: { ...thrown.data, line: at },
      cause: thrown.cause,
    });
  }
}
