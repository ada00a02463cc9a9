import { Answer, Confidence, type Decision, Verdict } from '../graph/values.ts';
import type { ChainLink, Difference } from './failure-chain.ts';
import { type RetrievalReport, readRetrievalReport } from './retrieval-report.ts';
import type { CallView, StepView } from './run-view.ts';
import type { ShownValue } from './shown-value.ts';

/** A step as it may be shown, as far as a link is described by it. */
export interface DescribedStep extends Pick<StepView, 'error' | 'detail' | 'skipped' | 'cached' | 'retries'> {
  calls: readonly Pick<CallView, 'kind' | 'model' | 'provider' | 'prompt' | 'course' | 'cached'>[];
  outputs: { [port: string]: ShownValue };
}

/** In a sentence what a step was to the value that is looked into: only what its log says. */
export function linkReason(
  link: Pick<ChainLink, 'kind' | 'side' | 'fed'>,
  step: DescribedStep,
  about: { decision?: Decision; prompts?: readonly string[] } = {},
): string {
  const sentence = reasonOf(link, step, about);
  return step.cached && link.side === undefined ? `${sentence} Taken over from run ${step.cached.run}.` : sentence;
}

function reasonOf(
  { kind, side, fed }: Pick<ChainLink, 'kind' | 'side' | 'fed'>,
  step: DescribedStep,
  { decision, prompts = [] }: { decision?: Decision; prompts?: readonly string[] },
): string {
  if (side === 'start') return 'Handed its inside the values of each turn.';
  switch (kind) {
    case 'error':
      return `Failed with ${step.error?.code ?? 'an error'}: ${step.error?.message ?? ''}`.trim();
    case 'skipped':
      return step.skipped?.reason === 'disabled'
        ? 'Did not run: the node is disabled.'
        : `Did not run: nothing came in at ${listed(step.skipped?.ports ?? [])}.`;
    case 'edit':
      return 'A person put this value in place of the computed one.';
    case 'input':
      return 'The run was given this.';
    case 'decision':
      return decision
        ? `${decision.by} chose “${decision.action}”${decision.comment ? `: ${decision.comment}` : '.'}`
        : 'Waits for a person.';
    case 'verdict':
      return verdictSentence(step);
    case 'confidence': {
      const confidence = firstOf(step, Confidence);
      if (!confidence) return 'Scored the answer.';
      return `Scored the answer ${confidence.score.toFixed(2)}${confidence.reasons[0] === undefined ? '.' : `: ${confidence.reasons[0]}`}`;
    }
    case 'model':
      return modelSentence(step);
    case 'prompt':
      return prompts.length === 0 ? 'Made the prompt.' : `Made the prompt from ${listed(prompts)}.`;
    case 'chunks':
      return chunksSentence(step);
    case 'choice':
      return `Sent the value on by ${listed([...new Set(fed.map(({ port }) => port))])}.`;
    case 'value':
      return 'Worked this out of what came in.';
  }
}

function verdictSentence(step: DescribedStep): string {
  const verdict = firstOf(step, Verdict);
  if (!verdict) return 'Checked the value.';
  const broken = verdict.findings.filter(({ severity }) => severity === 'error');
  const first = broken[0]?.message ?? verdict.findings[0]?.message;
  if (verdict.passed) return first === undefined ? 'Passed every check.' : `Passed, with a warning: ${first}`;
  return broken.length > 1
    ? `Refused it for ${broken.length} reasons, first: ${first}`
    : `Refused it: ${first ?? 'no reason was noted'}`;
}

function modelSentence(step: DescribedStep): string {
  const call = step.calls.findLast(({ kind }) => kind === 'model.generate');
  const who = [call?.model, call?.provider && `(${call.provider})`].filter(Boolean).join(' ') || 'The model';
  const answer = firstOf(step, Answer);
  const parts = [answer?.abstained ? `${who} found no answer in its sources` : `${who} answered`];
  const tries = call?.course?.tries?.length ?? 1;
  if (tries > 1) parts.push(`after ${tries} tries`);
  if (call?.course?.fallback) parts.push(`as a fallback (${call.course.fallback.name})`);
  if (call?.cached) parts.push('by an answer kept from an equal call');
  const cited =
    answer && !answer.abstained
      ? `, citing ${answer.citations.length} ${answer.citations.length === 1 ? 'place' : 'places'}`
      : '';
  return `${parts.join(' ')}${cited}.`;
}

function chunksSentence(step: DescribedStep): string {
  const report = readRetrievalReport(step.detail);
  const given = chunksGiven(step);
  if (!report) return given === undefined ? 'Handed on chunks.' : `Handed on ${counted(given)}.`;
  const { role, method, collection, candidates, tokens, budget } = report;
  const kept = given ?? keptBy(report);
  if (role === 'search') return `Found ${counted(kept)} in ${collection ?? 'a collection'} (${method ?? 'search'}).`;
  if (role === 'rank') return `Kept ${kept} of ${counted(candidates ?? kept)} (${method ?? 'ranked'}).`;
  const filled = tokens !== undefined && budget !== undefined ? `, ${tokens} of ${budget} tokens` : '';
  return `Packed ${kept} of ${counted(candidates ?? kept)}${filled}.`;
}

/** Of a search, which tells only what it dropped, all others; else those with a new rank. */
function keptBy({ role, candidates = 0, chunks, untold = 0 }: RetrievalReport): number {
  const ranked = chunks.filter(({ after }) => after !== undefined).length;
  return role === 'search' ? candidates - (chunks.length - ranked) - untold : ranked;
}

function chunksGiven({ outputs }: DescribedStep): number | undefined {
  const shown = outputs['chunks'];
  return shown && 'value' in shown && Array.isArray(shown.value) ? shown.value.length : undefined;
}

const counted = (count: number) => `${count} ${count === 1 ? 'chunk' : 'chunks'}`;

/** The first output that is such a value and may show. */
function firstOf<T>(
  { outputs }: DescribedStep,
  schema: { safeParse: (value: unknown) => { success: true; data: T } | { success: false } },
): T | undefined {
  for (const shown of Object.values(outputs)) {
    const parsed = 'value' in shown ? schema.safeParse(shown.value) : undefined;
    if (parsed?.success) return parsed.data;
  }
  return undefined;
}

/** What is otherwise than in the other run, in a few words. */
export function differenceText({ what, names }: Difference): string {
  switch (what) {
    case 'state':
      return `ended otherwise: ${names[1]} here, ${names[0]} there`;
    case 'outputs':
      return `gave another ${listed(names)}`;
    case 'inputs':
      return `got another value from ${listed(names)}`;
    case 'config':
      return 'its settings were changed';
    case 'prompt':
      return `the text of the prompt ${listed(names)} is another version`;
    case 'profile':
      return `the profile ${listed(names)} was changed`;
    case 'source':
      return `${listed(names)} was in another version`;
    case 'edit':
      return 'a value was put in by hand in one of the two';
    case 'engine':
      return 'another release of Pipewright worked it out';
    case 'work':
      return 'its work was another one; the logs do not tell by what';
  }
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
