import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { ShownEvent } from '../../app/core/contracts/run-signal.ts';
import type { RunEvent } from '../../app/core/run/events.ts';
import { type RunView, RunViewFold } from '../../app/core/run/run-view.ts';

/** The events of a run from after `after` on, as far as they are written, in large pieces: one by one they take long. */
export async function* readEvents(
  client: Pick<ContractClient, 'run'>,
  run: string,
  { after = 0, signal }: { after?: number; signal?: AbortSignal } = {},
): AsyncGenerator<ShownEvent[], void> {
  for (let last = after, isMore = true; isMore; ) {
    const { events: text, more } = await client.run.log({ run, after: last }, { ...(signal && { signal }) });
    const events = JSON.parse(text) as ShownEvent[];
    yield events;
    last = events.at(-1)?.seq ?? last;
    isMore = more && events.length > 0;
  }
}

/** A run folded from its log, up to where it stands: payloads inline or by reference, none of them read. */
export async function readRunLog(client: Pick<ContractClient, 'run'>, run: string): Promise<RunView> {
  const fold = new RunViewFold(run);
  // The fold hands payloads on and never looks into them: it does not matter what may be shown of them.
  for await (const events of readEvents(client, run)) for (const event of events) fold.apply(event as RunEvent);
  return fold.view;
}
