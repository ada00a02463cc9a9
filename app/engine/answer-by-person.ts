import type { PersonAsk, WaitRequest } from '../core/capabilities/capabilities.ts';
import { AppError } from '../core/errors/app-error.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/graph/json.ts';
import type { Decision } from '../core/graph/values.ts';

const ANSWER = 'answer';

/** What a failed call asks a person for in place of its answer; undefined when it asks for nothing. */
export function personAskOf(error: AppError): PersonAsk | undefined {
  const ask = error.data?.['ask'];
  return isJsonObject(ask) ? (ask as unknown as PersonAsk) : undefined;
}

/** The wait in which somebody answers a call: it shows what was asked, and why nobody else has answered. */
export function waitForAnswer(ask: PersonAsk, error: AppError, request: JsonObject): WaitRequest {
  return {
    kind: 'review',
    title: ask.title,
    payload: { request, error: { code: error.code, class: error.class, message: error.message } },
    actions: [ANSWER, 'fail'],
    form: ask.form,
    reason: error.message,
    ...(ask.timeoutMs !== undefined && { timeoutMs: ask.timeoutMs }),
  };
}

/**
 * The answer that a person gave.
 * @throws AppError what the call had failed with, when they let it fail or did not answer in time
 */
export function personsAnswer(ask: PersonAsk, error: AppError, decision: Decision | null): Json {
  if (decision?.action === ANSWER) {
    const given = decision.values[ask.field] ?? '';
    return { ...ask.answer, [ask.field]: typeof given === 'string' ? given : JSON.stringify(given) };
  }
  const { ask: _, ...data } = error.data ?? {};
  throw new AppError(error.code, {
    message: `${error.message} ${decision === null ? 'Nobody answered in time.' : 'The person who was asked let it fail.'}`,
    where: error.where,
    remedy: 'Run it again when the provider is well, or put another fallback before the person.',
    data,
    cause: error,
  });
}
