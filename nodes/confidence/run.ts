import type { Answer, Chunk, Confidence, Context, Run, Verdict } from '../../app/core/nodekit/index.ts';
import { claimsOf } from '../../app/core/text/citations.ts';
import { terms } from '../../app/core/text/words.ts';
import type { confidence } from './manifest.ts';

/** No answer that broke a rule counts as more than this, however well it is supported. */
const CAP_WHEN_REJECTED = 0.3;
/** Chunks after the best one that the margin looks at. */
const RIVALS = 4;

const clamp = (value: number) => Math.min(1, Math.max(0, value));
const percent = (value: number) => `${Math.round(value * 100)} %`;

export const run: Run<typeof confidence> = ({ config, inputs }, { detail }) => {
  const { answer, context, verdict } = inputs;
  const chunks = inputs.chunks ?? context?.chunks;
  const parts: { [part: string]: number } = {};
  const reasons: string[] = [];
  const add = (name: string, value: number | undefined, reason: (value: number) => string) => {
    if (value === undefined) return;
    parts[name] = value;
    reasons.push(reason(value));
  };

  add('margin', chunks && marginOf(chunks), (value) => `The best chunk stands out from the next by ${percent(value)}.`);
  add('relevance', chunks && relevanceOf(chunks), (value) => `The best chunk covers ${percent(value)} of the query.`);
  add(
    'support',
    answer && context && supportOf(answer, context),
    (value) => `${percent(value)} of the answer's content words stand in what it cites.`,
  );
  add('validation', verdict && validationOf(verdict), () =>
    verdict?.passed ? 'The answer passed validation.' : 'The answer broke a rule.',
  );

  let weighted = 0;
  let total = 0;
  for (const [name, weight] of Object.entries(config.weights)) {
    const part = parts[name];
    if (part === undefined) continue;
    weighted += weight * part;
    total += weight;
  }
  let score = total === 0 ? 0 : weighted / total;
  if (total === 0) reasons.push('Nothing that has a weight could be judged.');
  if (verdict !== undefined && !verdict.passed) score = Math.min(score, CAP_WHEN_REJECTED);
  if (answer?.abstained) {
    score = 0;
    reasons.push('The model abstained.');
  }
  const result: Confidence = { score, calibrated: false, parts, reasons };
  detail({ score, parts, calibrated: false });
  return { confidence: result, score };
};

/** (best − mean of the next ones) / best, by the score that the chunks were last ranked by. */
function marginOf(chunks: readonly Chunk[]): number | undefined {
  const scores = chunks.flatMap(({ score }) => (score === undefined ? [] : [score])).sort((a, b) => b - a);
  const [best, ...rest] = scores.slice(0, RIVALS + 1);
  if (best === undefined || rest.length === 0 || best <= 0) return undefined;
  return clamp((best - rest.reduce((sum, score) => sum + score, 0) / rest.length) / best);
}

function relevanceOf(chunks: readonly Chunk[]): number | undefined {
  const covered = chunks.flatMap(({ scores }) => (scores?.['coverage'] === undefined ? [] : [scores['coverage']]));
  return covered.length === 0 ? undefined : clamp(Math.max(...covered));
}

function supportOf(answer: Answer, context: Context): number | undefined {
  if (answer.abstained) return undefined;
  const texts = new Map(context.chunks.map(({ marker, text }) => [marker, text]));
  const cited = new Set(answer.citations.flatMap(({ marker }) => terms(texts.get(marker) ?? '')));
  const said = claimsOf(answer.text).flatMap((claim) => terms(claim.text));
  if (said.length === 0) return undefined;
  return said.filter((term) => cited.has(term)).length / said.length;
}

function validationOf({ passed, findings }: Verdict): number {
  if (!passed) return 0;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  return Math.max(0.5, 1 - 0.15 * warnings);
}
