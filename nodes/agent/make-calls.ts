import type { Capabilities } from '../../app/core/capabilities/capabilities.ts';
import {
  type Decision,
  endsRun,
  isAppError,
  isJsonObject,
  type Json,
  type JsonObject,
} from '../../app/core/nodekit/index.ts';
import { textOfValue } from '../../app/core/text/text-of-value.ts';
import { fenced } from './fence.ts';
import {
  type AskedCall,
  argumentProblem,
  type Circumstances,
  judgeCall,
  type KnownTool,
  type Verdict,
} from './judge-call.ts';

/** What came of a call: `rejected` by a person, or why the rules refused it. */
export type Outcome = 'done' | 'failed' | 'rejected' | Extract<Verdict, { kind: 'refused' }>['reason'];

export interface MadeCall {
  tool: string;
  arguments: JsonObject;
  outcome: Outcome;
  /** The frame that its steps lie in, if it was made. */
  frame?: number;
  /** Who allowed or rejected it. */
  by?: string;
  /** A person changed its arguments. */
  edited?: true;
  /** Integer nano-dollars, and calls inside whose price is not known. */
  nanoUsd: number;
  unpriced: number;
  /** What it gave may hold text of others. */
  untrusted: boolean;
  /** What the model is told. */
  tell: string;
}

export interface CallsAbout extends Circumstances {
  cap: Pick<Capabilities, 'tools' | 'waits'>;
  signal: AbortSignal;
  /** The frame of the first call that is made. */
  firstFrame: number;
  /** How many run at the same time. */
  parallel: number;
  /** Characters of a result that the model is given. */
  maxResult: number;
  approvalTimeoutMs: number | undefined;
}

/**
 * Makes the calls of one turn: rules first, then people, all at once, then the tools. What is asked of whom, and in which
 * frame a tool runs, depends on the calls and the decisions alone and never on timing: a resume does the same again.
 *
 * @throws AppError what ends the whole run; a tool that fails otherwise is told to the model
 */
export async function makeCalls(asked: readonly AskedCall[], about: CallsAbout): Promise<MadeCall[]> {
  let { left, firstFrame: frame } = about;
  const judged = asked.map((call) => {
    const verdict = judgeCall(call, { ...about, left });
    if (verdict.kind !== 'refused') left -= 1;
    return { call, verdict };
  });
  const decisions = await Promise.all(
    judged.map(({ call, verdict }) => (verdict.kind === 'ask' ? approval(call, verdict, about) : undefined)),
  );
  const made: MadeCall[] = [];
  const work: (() => Promise<void>)[] = [];
  judged.forEach(({ call, verdict }, i) => {
    const decision = decisions[i];
    const entry: MadeCall = { ...startOf(call), ...(decision && { by: decision.by }) };
    made.push(entry);
    if (verdict.kind === 'refused') {
      Object.assign(entry, { outcome: verdict.reason, tell: verdict.tell });
      return;
    }
    if (verdict.kind === 'ask') {
      const refusal = applyDecision(entry, decision ?? null, call, verdict.tool);
      if (refusal !== undefined) {
        Object.assign(entry, { outcome: 'rejected', tell: refusal });
        return;
      }
    }
    entry.frame = frame;
    frame += 1;
    work.push(() => makeCall(entry, verdict.tool, about));
  });
  await inOrder(work, about.parallel, about.signal);
  return made;
}

function startOf({ name, arguments: given }: AskedCall): MadeCall {
  return { tool: name, arguments: given, outcome: 'done', nanoUsd: 0, unpriced: 0, untrusted: false, tell: '' };
}

function approval(
  call: AskedCall,
  { tool, untrusted }: Extract<Verdict, { kind: 'ask' }>,
  { cap, approvalTimeoutMs }: CallsAbout,
): Promise<Decision | null> {
  return cap.waits.person({
    kind: 'review',
    title: `Call the tool ${call.name}?`,
    payload: { tool: call.name, arguments: call.arguments, untrusted },
    actions: ['approve', 'edit', 'reject'],
    form: editForm(tool),
    reason: untrusted
      ? 'The agent has read text of others, and that text may be what asks for this call.'
      : tool.effects
        ? 'The call changes or sends something.'
        : 'Every call of this tool is approved by a person.',
    ...(approvalTimeoutMs !== undefined && { timeoutMs: approvalTimeoutMs }),
  });
}

/** Room for edited arguments. A schema with references holds only at its root: such arguments are checked afterwards. */
function editForm({ spec: { parameters } }: KnownTool): JsonObject {
  const refers = /"\$(dynamic|recursive)?ref"/i.test(JSON.stringify(parameters));
  const { $schema: _schema, $id: _id, ...schema } = parameters;
  return { type: 'object', properties: { arguments: refers ? { title: 'Edited arguments' } : schema } };
}

/** Takes over what a person said; what the model is told when that was no. */
function applyDecision(
  entry: MadeCall,
  decision: Decision | null,
  call: AskedCall,
  tool: KnownTool,
): string | undefined {
  const no = 'A person did not allow this call.';
  const goOn = 'Do not try it again; go on without it.';
  if (!decision) return `Nobody approved this call in time. ${goOn}`;
  if (decision.action === 'approve') return undefined;
  if (decision.action !== 'edit') return `${no}${decision.comment ? ` They say: ${decision.comment}` : ''} ${goOn}`;
  const edited = decision.values['arguments'];
  if (
    !isJsonObject(edited as Json) ||
    argumentProblem({ ...call, arguments: edited as JsonObject }, tool) !== undefined
  )
    return `${no} ${goOn}`;
  entry.arguments = edited as JsonObject;
  entry.edited = true;
  return undefined;
}

async function makeCall(
  entry: MadeCall,
  tool: KnownTool,
  { cap, signal, maxResult, untrusted }: CallsAbout,
): Promise<void> {
  const frame = entry.frame as number;
  entry.untrusted = tool.untrusted;
  try {
    const result = await cap.tools.call(frame, tool.node, entry.arguments, untrusted);
    entry.tell = result === undefined ? 'The tool gave no result.' : fenced(entry.tool, textOfValue(result), maxResult);
  } catch (thrown) {
    if (!isAppError(thrown) || endsRun(thrown) || signal.aborted) throw thrown;
    entry.outcome = 'failed';
    entry.tell = `The tool failed. ${fenced(entry.tool, thrown.message, maxResult)}`;
  } finally {
    const { nanoUsd, unpriced } = cap.tools.spent(frame);
    Object.assign(entry, { nanoUsd, unpriced });
  }
}

/** Begins in order, some at a time; lets all that have begun end, then fails with the first failure in order. */
async function inOrder(work: readonly (() => Promise<void>)[], atOnce: number, signal: AbortSignal): Promise<void> {
  const failures: { at: number; thrown: unknown }[] = [];
  let next = 0;
  async function worker(): Promise<void> {
    while (next < work.length && failures.length === 0) {
      signal.throwIfAborted();
      const at = next;
      next += 1;
      try {
        await work[at]?.();
      } catch (thrown) {
        failures.push({ at, thrown });
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, work.length) }, worker));
  failures.sort((a, b) => a.at - b.at);
  if (failures[0]) throw failures[0].thrown;
}
