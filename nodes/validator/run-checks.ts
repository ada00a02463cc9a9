import { type Citation, type Context, type Finding, isJsonObject, type Json } from '../../app/core/nodekit/index.ts';
import { isAbstention } from '../../app/core/text/abstention.ts';
import { citationProblem, claimsOf, resolveCitations } from '../../app/core/text/citations.ts';
import { findTerms } from '../../app/core/text/find-terms.ts';
import { findPersonalData, type PhoneFinder, redactPersonalData } from '../../app/core/text/personal-data.ts';
import { compileRegex } from '../../app/core/text/regex.ts';
import { sentenceSpans } from '../../app/core/text/sentences.ts';
import { isAnswer, mapTexts, textOf } from './checked-value.ts';
import type { ValidatorRule } from './manifest.ts';

export interface Outcome {
  findings: Finding[];
  /** The value after what the rule mended. */
  value: Json;
  /** Things mended. */
  repairs: number;
}

type RuleOf<K extends ValidatorRule['kind']> = Extract<ValidatorRule, { kind: K }>;
/** A rule made ready: what it loads or compiles is done once, also for answers to re-asks. */
export type PreparedRule = (value: Json, context: Context | undefined) => Outcome;

const excerpt = (text: string) => (text.length > 120 ? `${text.slice(0, 119)}…` : text);

/** Rules of one kind each, prepared. Heavy libraries load only when a rule needs them. */
export async function prepareRule(rule: ValidatorRule, where: string): Promise<PreparedRule> {
  switch (rule.kind) {
    case 'json-schema':
      return await jsonSchemaRule(rule, where);
    case 'regex':
      return regexRule(rule);
    case 'citations':
      return (value, context) => checkCitations(rule, value, context);
    case 'length':
      return (value) => checkLength(rule, value);
    case 'forbidden-terms':
      return (value) => checkTerms(rule, value);
    case 'personal-data':
      return await personalDataRule(rule);
    case 'not-empty':
      return (value) => only(value, isEmpty(value) ? [found(rule, 'The value is empty.')] : []);
    case 'not-abstained': {
      return (value) => {
        const abstained = isAnswer(value) ? value.abstained || isAbstention(value.text) : isAbstention(textOf(value));
        return only(value, abstained ? [found(rule, 'The answer says that the sources do not hold one.')] : []);
      };
    }
  }
}

function found(rule: ValidatorRule, message: string, place: Partial<Finding> = {}): Finding {
  return { rule: rule.kind, severity: rule.severity, message, ...place };
}

function only(value: Json, findings: Finding[]): Outcome {
  return { findings, value, repairs: 0 };
}

function isEmpty(value: Json): boolean {
  if (value === null) return true;
  if (typeof value === 'string' || isAnswer(value)) return textOf(value).trim() === '';
  return Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
}

async function jsonSchemaRule(rule: RuleOf<'json-schema'>, where: string): Promise<PreparedRule> {
  const { compileJsonSchema } = await import('../../app/core/text/json-schema.ts');
  const { parseJsonAnswer } = await import('../../app/core/text/parse-json-answer.ts');
  const test = await compileJsonSchema(rule.schema, where);
  return (value) => {
    const parsed = typeof value === 'string' ? parseJsonAnswer(value, rule.repair) : { value, repaired: false };
    if ('problem' in parsed) return only(value, [found(rule, `The text is not valid JSON: ${parsed.problem}.`)]);
    const findings = test(parsed.value).map(({ path, message }) => found(rule, `${path} ${message}`));
    return { findings, value: parsed.value, repairs: parsed.repaired ? 1 : 0 };
  };
}

function regexRule(rule: RuleOf<'regex'>): PreparedRule {
  const regex = compileRegex(rule.pattern, { ignoreCase: rule.ignoreCase });
  return (value) => {
    const text = textOf(value);
    const [match] = regex.find(text, 1);
    if (rule.must === 'match') {
      return only(value, match === undefined ? [found(rule, rule.message ?? `Nothing matches ${rule.pattern}`)] : []);
    }
    if (match === undefined) return only(value, []);
    const { start, end } = match;
    return only(value, [
      found(rule, rule.message ?? `Something matches ${rule.pattern}`, { excerpt: excerpt(match.text), start, end }),
    ]);
  };
}

function checkCitations(rule: RuleOf<'citations'>, value: Json, context: Context | undefined): Outcome {
  const text = textOf(value);
  if (isAnswer(value) ? value.abstained : isAbstention(text)) return only(value, []);
  if (context === undefined) {
    return only(value, [found(rule, 'There is no context to check citations against.')]);
  }
  const citations: readonly Citation[] = isAnswer(value) ? value.citations : resolveCitations(text, context);
  const findings = citations.flatMap((citation) => {
    const problem = citationProblem(citation, context);
    return problem === undefined
      ? []
      : [found(rule, problem, citation.quote === undefined ? {} : { excerpt: excerpt(citation.quote) })];
  });
  if (citations.length < rule.min) {
    findings.push(
      found(
        rule,
        `The answer has ${citations.length} citation${citations.length === 1 ? '' : 's'}; it needs ${rule.min}.`,
      ),
    );
  }
  const claims = claimsOf(text);
  const uncited = claims.filter(({ markers }) => markers.length === 0);
  if (claims.length > 0 && uncited.length / claims.length > rule.maxUncited) {
    const [first] = uncited;
    const share = `${uncited.length} of ${claims.length} sentences have no citation`;
    findings.push(
      found(
        rule,
        `${share}; at most ${Math.round(rule.maxUncited * 100)} % may have none.`,
        first && { excerpt: excerpt(first.text), start: first.start, end: first.end },
      ),
    );
  }
  return only(value, findings);
}

function checkLength(rule: RuleOf<'length'>, value: Json): Outcome {
  const text = textOf(value);
  const length =
    rule.unit === 'characters'
      ? [...text].length
      : rule.unit === 'sentences'
        ? sentenceSpans(text).length
        : text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  const findings: Finding[] = [];
  if (rule.min !== undefined && length < rule.min)
    findings.push(found(rule, `The text has ${length} ${rule.unit}; at least ${rule.min} are needed.`));
  if (rule.max !== undefined && length > rule.max)
    findings.push(found(rule, `The text has ${length} ${rule.unit}; at most ${rule.max} are allowed.`));
  return only(value, findings);
}

function checkTerms(rule: RuleOf<'forbidden-terms'>, value: Json): Outcome {
  const text = textOf(value);
  return only(
    value,
    findTerms(text, rule.terms).map(({ term, start, end }) =>
      found(rule, `The text holds “${term}”, which is not allowed.`, {
        excerpt: excerpt(text.slice(start, end)),
        start,
        end,
      }),
    ),
  );
}

async function personalDataRule(rule: RuleOf<'personal-data'>): Promise<PreparedRule> {
  let phones: PhoneFinder | undefined;
  if (rule.kinds.includes('phone')) {
    const { phoneFinder } = await import('../../app/core/text/phone-numbers.ts');
    phones = phoneFinder(rule.regions);
  }
  const plain = (text: string) => text.toLowerCase().replace(/[\s().-]/g, '');
  const allowed = new Set(rule.allow.map(plain));
  return (value) => {
    const findings: Finding[] = [];
    const search = (text: string) =>
      findPersonalData(text, rule.kinds, phones).filter(
        ({ start, end }) => !allowed.has(plain(text.slice(start, end))),
      );
    const redacts = rule.action === 'redact';
    const shown = textOf(value);
    // Offsets mean something only in the text that is shown; elsewhere (quotes, fields) the kind must do.
    const redacted = mapTexts(value, (text) => {
      const data = search(text);
      for (const { kind, start, end } of data) {
        const finding = found(
          rule,
          redacts ? `Personal data was redacted: ${kind}.` : `The value holds personal data: ${kind}.`,
          { excerpt: `[${kind}]` },
        );
        findings.push({ ...finding, ...(redacts && { severity: 'info' }), ...(text === shown && { start, end }) });
      }
      return redactPersonalData(text, data);
    });
    return redacts ? { findings, value: redacted, repairs: findings.length } : only(value, findings);
  };
}
