import type { ModelCapability, ModelRequest, ModelResponse } from '../capabilities/capabilities.ts';
import { AppError } from '../errors/app-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import type { Json, JsonObject } from '../graph/json.ts';
import type { Message } from '../graph/values.ts';
import type { SchemaTest } from '../text/json-schema.ts';
import { parseJsonAnswer } from '../text/parse-json-answer.ts';
import { addCall, emptySpend, type Spend } from './spend.ts';

/** Why an answer will not do, as the model is told. */
export interface Problem {
  code: Extract<ErrorCode, `output.${string}`>;
  message: string;
}

/** What was read out of an answer; `repaired` when its JSON had to be mended. */
export interface Read<T> {
  value: T;
  repaired: boolean;
}

export interface AskOptions<T> {
  model: ModelCapability;
  request: ModelRequest;
  /** What an answer holds, or why it will not do. May throw what no further try can mend. */
  read: (response: ModelResponse) => Read<T> | Problem;
  /** How often to ask again. */
  reasks: number;
  /** Streamed pieces of the first try: pieces of a second shown behind them would read as one text. */
  onDelta?: ((text: string) => void) | undefined;
  /** For the error when no answer will do. */
  where: string;
  remedy?: string;
  /** Hears of the last try before an error is thrown, for the trace. */
  onFailed?: (facts: JsonObject) => void;
}

export interface Asked<T> {
  value: T;
  response: ModelResponse;
  reasks: number;
  repairs: number;
  spend: Spend;
  /** The messages that the accepted answer answers. */
  conversation: Message[];
}

/**
 * Asks a model until an answer can be read: a rejected one is sent back with what is wrong; one that was cut off is
 * asked for anew with twice the room. Re-asks and repairs are counted apart.
 * @throws AppError output.* when the tries are used up; provider.*, profile.* as the call has them
 */
export async function askModel<T>(options: AskOptions<T>): Promise<Asked<T>> {
  const [asked] = await askModels([options], 1);
  return asked as Asked<T>;
}

/**
 * Asks several questions, `atOnce` at the same time, each as `askModel` does. In rounds: whether and in which order
 * calls are made depends on earlier answers and never on their timing, so that a resume makes the same ones.
 * @throws AppError the first failure in the order of the questions, after the calls of its round have ended
 */
export async function askModels<T>(questions: readonly AskOptions<T>[], atOnce: number): Promise<Asked<T>[]> {
  const asked: Asked<T>[] = [];
  for (let from = 0; from < questions.length; from += atOnce) {
    const batch = questions.slice(from, from + atOnce).map((question) => new Question(question));
    for (let open = batch; open.length > 0; open = open.filter((question) => question.asked === undefined)) {
      const ends = await Promise.allSettled(open.map((question) => question.ask()));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    }
    asked.push(...batch.map((question) => question.asked as Asked<T>));
  }
  return asked;
}

class Question<T> {
  asked: Asked<T> | undefined;
  private readonly options: AskOptions<T>;
  private readonly spend = emptySpend();
  private request: ModelRequest;
  private reasks = 0;

  constructor(options: AskOptions<T>) {
    this.options = options;
    this.request = options.request;
  }

  /** One call; afterwards `asked` is there, or the next request stands ready. */
  async ask(): Promise<void> {
    const { options, request, spend, reasks } = this;
    const response = await options.model.generate(request, {
      ...(options.onDelta !== undefined && reasks === 0 && { onDelta: options.onDelta }),
    });
    addCall(spend, response);
    const reading = options.read(response);
    if (!('code' in reading)) {
      const repairs = reading.repaired ? 1 : 0;
      this.asked = { value: reading.value, response, reasks, repairs, spend, conversation: request.messages };
      return;
    }
    if (reasks >= options.reasks) throw this.failure(reading, response);
    this.reasks += 1;
    if (reading.code !== 'output.truncated')
      this.request = { ...request, messages: askAgain(request.messages, response.text, reading.message) };
    // The same question with more room: the cut answer would only mislead.
    else if (request.maxTokens !== undefined) this.request = { ...request, maxTokens: request.maxTokens * 2 };
  }

  private failure({ code, message }: Problem, { model, provider, finish }: ModelResponse): AppError {
    const { options, reasks } = this;
    options.onFailed?.({ model, provider, finish, reasks, repairs: 0 });
    return new AppError(code, {
      message: `${message} The model was asked ${reasks + 1} time${reasks === 0 ? '' : 's'}.`,
      where: options.where,
      remedy:
        code === 'output.truncated'
          ? 'Raise maxTokens, or ask for a shorter answer.'
          : (options.remedy ??
            'Make the prompt say what form the answer must have, raise reasks, or use a model that keeps to JSON schemas.'),
      data: { reasks, repairs: 0 },
    });
  }
}

/** The conversation with the rejected answer and what is wrong with it. */
function askAgain(conversation: Message[], rejected: string, problem: string): Message[] {
  const again: Message = {
    role: 'user',
    content: `${problem} Answer again, the whole answer, with nothing before or after it.`,
  };
  // Providers refuse an empty message of the assistant.
  return rejected.trim() === ''
    ? [...conversation, again]
    : [...conversation, { role: 'assistant', content: rejected }, again];
}

/** What no further try can mend, and an answer without words. @throws AppError provider.content_filter_output */
export function readText(response: ModelResponse): Read<string> | Problem {
  if (response.finish === 'content_filter') {
    throw new AppError('provider.content_filter_output', {
      message: `The provider withheld the answer of ${response.model}.`,
      where: `provider ${response.provider}`,
      remedy: 'Look at the prompt and the context for what the provider does not allow.',
    });
  }
  if (response.text.trim() === '') return { code: 'output.empty', message: 'The answer is empty.' };
  return { value: response.text, repaired: false };
}

/** The JSON of an answer, once it fits its schema. @throws AppError provider.content_filter_output */
export function readJson(response: ModelResponse, test: SchemaTest, repair: boolean): Read<Json> | Problem {
  const text = readText(response);
  if ('code' in text) return text;
  // Half an object can be mended into a whole one that lacks what was cut off: never take it.
  if (response.finish === 'length')
    return { code: 'output.truncated', message: 'The answer was cut off before its end.' };
  const parsed = parseJsonAnswer(response.text, repair);
  if ('problem' in parsed)
    return { code: 'output.invalid_json', message: `The answer is not valid JSON: ${parsed.problem}.` };
  const issues = test(parsed.value);
  if (issues.length === 0) return parsed;
  const list = issues.map(({ path, message }) => `${path} ${message}`).join('; ');
  return { code: 'output.schema', message: `The answer does not fit the schema: ${list}.` };
}
