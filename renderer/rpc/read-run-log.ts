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
  const ask = (last: number) => client.run.log({ run, after: last }, { ...(signal && { signal }) });
  let asked: ReturnType<typeof ask> | undefined = ask(after);
  while (asked) {
    const piece: Awaited<typeof asked> = await asked;
    // The host makes the next piece while this one is read here; who stops reading does not hear of its failure.
    asked = piece.more ? ask(piece.last) : undefined;
    asked?.catch(() => undefined);
    yield JSON.parse(piece.events) as ShownEvent[];
  }
}

/** A run folded from its log, up to where it stands: payloads inline or by reference, none of them read. */
export async function readRunLog(client: Pick<ContractClient, 'run'>, run: string): Promise<RunView> {
  const fold = new RunViewFold(run);
  // The fold hands payloads on and never looks into them: it does not matter what may be shown of them.
  for await (const events of readEvents(client, run)) for (const event of events) fold.apply(event as RunEvent);
  return fold.view;
}
