import { expect } from 'vitest';
import type { ContractClient } from '../../../app/core/contracts/client.ts';
import type { ShownEvent } from '../../../app/core/contracts/run-signal.ts';
import type { JsonObject } from '../../../app/core/graph/json.ts';
import type { MethodBench } from './method-row.ts';

export async function eventsOf(client: ContractClient, run: string, after = 0): Promise<ShownEvent[]> {
  const events: ShownEvent[] = [];
  for await (const signal of await client.run.events({ run, after }))
    if (signal.type === 'event') events.push(signal.event);
  return events;
}

/** Starts a run and waits until the host has stopped working on it. */
export async function finished(client: ContractClient, workflow: string, inputs: JsonObject): Promise<string> {
  const { runId } = await client.run.start({ workflow, inputs });
  await eventsOf(client, runId);
  return runId;
}

/** A run that holds at a model call which never answers. */
export async function heldRun({ client, provider, hold }: MethodBench): Promise<string> {
  hold();
  const { runId } = await client.run.start({ workflow: 'ask', inputs: { question: 'Why?' } });
  await expect.poll(() => provider.requests.length, { timeout: 20_000, interval: 10 }).toBe(1);
  return runId;
}

/** A run that was interrupted while a call was in flight, which was answered. */
export async function interruptedRun({ client, provider, sayLate }: MethodBench): Promise<string> {
  sayLate('Because.');
  const { runId } = await client.run.start({ workflow: 'ask', inputs: { question: 'Why?' } });
  await expect.poll(() => provider.requests.length, { timeout: 20_000, interval: 10 }).toBe(1);
  const watching = eventsOf(client, runId);
  expect(await client.run.interrupt({ run: runId })).toEqual({ runId });
  expect((await watching).some(({ type }) => type === 'run.finished')).toBe(false);
  return runId;
}

export async function ingested({ client }: MethodBench, collection: string) {
  for await (const one of await client.knowledge.ingest({ collection })) if (one.type === 'report') return one.report;
  throw new Error('the ingestion gave no report');
}

export const run = { run: 'run_nothing' };
export const noRun = { input: run, code: 'run.not_found' } as const;
