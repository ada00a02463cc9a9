import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import type { ModelRequest } from '../../app/core/capabilities/capabilities.ts';
import { abstentionSentence } from '../../app/core/text/abstention.ts';
import { resolveCitations } from '../../app/core/text/citations.ts';
import { chunkOf } from '../../test/kit/chunk.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { validator } from './manifest.ts';
import { run } from './run.ts';

type Config = z.input<(typeof validator)['config']>;
type Rule = Config['checks'][number];

const text = 'Backups run every night. Ask jo@shop.example for more.';
const context = {
  text: '',
  tokens: 9,
  dropped: [],
  chunks: [
    {
      ...chunkOf('c1', text, { documentId: 'd', file: 'b.md', start: 10, end: 10 + text.length, line: 4 }),
      marker: '1',
      tokens: 9,
    },
  ],
};
const answer = (words: string) => ({ text: words, citations: resolveCitations(words, context), abstained: false });
const good = answer('Backups run every night [1].');

interface Verdict {
  passed: boolean;
  findings: { rule: string; severity: string; message: string; excerpt?: string; start?: number }[];
  repairs: number;
  reasks: number;
}
async function validate(rule: Rule | Rule[], value: unknown, more: Partial<Config> = {}, replies: string[] = []) {
  const requests: ModelRequest[] = [];
  const generate = async (request: ModelRequest) => {
    requests.push(structuredClone(request));
    const usage = { inputTokens: 1, outputTokens: 1, estimated: false };
    return {
      text: replies[requests.length - 1] ?? '',
      finish: 'stop' as const,
      usage,
      cost: { nanoUsd: 0, known: true, priceVersion: '' },
      model: 'm',
      provider: 'p',
      ms: 1,
    };
  };
  const { outputs, detail } = await runNode(validator, run, {
    config: { checks: [rule].flat(), ...more },
    inputs: {
      value,
      context,
      messages: [
        { role: 'user', content: 'q' },
        { role: 'assistant', content: 'a' },
      ],
    },
    cap: { model: { generate } },
  });
  return { outputs, detail, requests, verdict: outputs['verdict'] as unknown as Verdict };
}
const moved = {
  ...good,
  citations: good.citations.map((citation) => ({ ...citation, start: (citation.start ?? 0) + 1 })),
};

describe('rules', () => {
  it.each<[string, Rule, unknown, boolean]>([
    ['citations: verbatim', { kind: 'citations' }, good, true],
    ['citations: of a plain text', { kind: 'citations' }, 'Backups run every night [1].', true],
    ['citations: an unknown mark', { kind: 'citations' }, answer('So it is [7].'), false],
    ['citations: a quote that does not stand there', { kind: 'citations' }, moved, false],
    ['citations: none', { kind: 'citations' }, answer('Backups run every night.'), false],
    ['citations: none needed', { kind: 'citations', min: 0 }, answer('Backups run every night.'), true],
    [
      'citations: none for an abstention',
      { kind: 'citations' },
      { text: abstentionSentence, citations: [], abstained: true },
      true,
    ],
    [
      'citations: too many sentences without',
      { kind: 'citations', maxUncited: 0.4 },
      answer('Backups run [1]. They cost nothing.'),
      false,
    ],
    [
      'citations: few enough without',
      { kind: 'citations', maxUncited: 0.5 },
      answer('Backups run [1]. They cost nothing.'),
      true,
    ],
    ['regex: match', { kind: 'regex', pattern: '^Ticket \\d+$' }, 'Ticket 12', true],
    ['regex: no match', { kind: 'regex', pattern: '^Ticket \\d+$' }, 'ticket 12', false],
    [
      'regex: forbidden',
      { kind: 'regex', pattern: 'https?://', must: 'not-match', ignoreCase: true },
      'see HTTP://x',
      false,
    ],
    ['regex: in JSON', { kind: 'regex', pattern: '"a":1' }, { a: 1 }, true],
    ['length: words', { kind: 'length', unit: 'words', max: 3 }, 'one two - three', true],
    ['length: too many sentences', { kind: 'length', unit: 'sentences', max: 1 }, 'One. Two.', false],
    ['length: too few characters', { kind: 'length', min: 3 }, '😀😀', false],
    ['forbidden terms', { kind: 'forbidden-terms', terms: ['guarantee'] }, 'We GUARANTEE it', false],
    ['forbidden terms: inside a word', { kind: 'forbidden-terms', terms: ['guarantee'] }, 'guaranteed', true],
    ['personal data', { kind: 'personal-data' }, answer('Ask jo@shop.example [1].'), false],
    [
      'personal data: allowed',
      { kind: 'personal-data', allow: ['JO@shop.example'] },
      answer('Ask jo@shop.example.'),
      true,
    ],
    ['personal data: another kind', { kind: 'personal-data', kinds: ['iban'] }, 'jo@shop.example', true],
    ['personal data: deep in JSON', { kind: 'personal-data' }, { a: [{ b: 'card 4111 1111 1111 1111' }] }, false],
    [
      'personal data: in a quote',
      { kind: 'personal-data' },
      { ...good, citations: [{ marker: '1', quote: 'Ask jo@shop.example' }] },
      false,
    ],
    ['json-schema: JSON', { kind: 'json-schema', schema: { type: 'object', required: ['a'] } }, { a: 1 }, true],
    ['json-schema: text', { kind: 'json-schema', schema: { type: 'array' } }, '[1]', true],
    ['json-schema: broken text', { kind: 'json-schema', schema: {}, repair: false }, '{a:1}', false],
    ['json-schema: no fit', { kind: 'json-schema', schema: { type: 'object', required: ['a'] } }, {}, false],
    ['not-empty', { kind: 'not-empty' }, ' \n', false],
    ['not-empty: list', { kind: 'not-empty' }, [], false],
    ['not-empty: zero', { kind: 'not-empty' }, 0, true],
    ['not-abstained', { kind: 'not-abstained' }, abstentionSentence, false],
    ['not-abstained: an answer', { kind: 'not-abstained' }, good, true],
  ])('%s', async (_, rule, value, passes) => {
    const { verdict, outputs } = await validate(rule, value);
    expect(verdict.passed).toBe(passes);
    expect(verdict.findings.some(({ severity }) => severity === 'error')).toBe(!passes);
    expect('passed' in outputs).toBe(passes);
    expect('failed' in outputs).toBe(!passes);
  });
});

describe('validator', () => {
  it('redacts text and quotes, drops spans that no longer hold, and passes', async () => {
    const given = {
      text: 'Ask jo@shop.example [1].',
      citations: [
        { marker: '1', chunkId: 'c1', file: 'jo@shop.example.md', start: 35, end: 54, quote: 'Ask jo@shop.example' },
      ],
      abstained: false,
    };
    const { verdict, outputs } = await validate(
      [{ kind: 'citations' }, { kind: 'personal-data', action: 'redact' }],
      given,
    );
    expect(verdict).toMatchObject({ passed: true, repairs: 2 });
    expect(outputs['passed']).toEqual({
      text: 'Ask [email] [1].',
      citations: [{ marker: '1', chunkId: 'c1', file: 'jo@shop.example.md', quote: 'Ask [email]' }],
      abstained: false,
    });
    expect(JSON.stringify(verdict)).not.toContain('jo@shop');
    expect(verdict.findings[0]).toMatchObject({ severity: 'info', excerpt: '[email]', start: 4 });
  });

  it('gives the mended JSON', async () => {
    const { outputs, verdict } = await validate(
      { kind: 'json-schema', schema: { type: 'object' } },
      "```json\n{'a': 1,}\n```",
    );
    expect(outputs['value']).toEqual({ a: 1 });
    expect(verdict).toMatchObject({ passed: true, repairs: 1 });
  });

  it('lets warnings pass', async () => {
    const { verdict } = await validate({ kind: 'length', max: 1, severity: 'warning' }, 'long');
    expect(verdict).toMatchObject({ passed: true, findings: [{ rule: 'length', severity: 'warning' }] });
  });

  it('fails the step when told to', async () => {
    const failing = validate([{ kind: 'length', max: 1 }, { kind: 'not-abstained' }], abstentionSentence, {
      onFail: 'fail',
    });
    await expect(failing).rejects.toMatchObject({
      code: 'output.guardrail',
      message: expect.stringContaining('2 rules'),
      data: { reasks: 0 },
    });
  });

  it('asks a model again with the findings, counts it, and keeps the form of the value', async () => {
    const { verdict, outputs, requests } = await validate(
      { kind: 'citations' },
      answer('Nightly.'),
      { reask: { profile: 'p' } },
      ['Still nothing.', 'Backups run every night [1].'],
    );
    expect(verdict).toMatchObject({ passed: true, reasks: 2, findings: [] });
    expect(outputs['passed']).toMatchObject({
      text: 'Backups run every night [1].',
      citations: [{ marker: '1', quote: 'Backups run every night.' }],
    });
    expect(requests[0]?.messages.at(-1)?.content).toContain('0 citations');
    expect(requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
  });

  it('gives up after as many re-asks as allowed and never tells the model what personal data it wrote', async () => {
    const { verdict, outputs, requests } = await validate(
      { kind: 'personal-data' },
      'jo@shop.example',
      { reask: { profile: 'p', max: 1 } },
      ['ann@shop.example'],
    );
    expect(verdict).toMatchObject({ passed: false, reasks: 1 });
    expect(outputs['failed']).toBe('ann@shop.example');
    expect(requests[0]?.messages.at(-1)?.content).not.toContain('jo@');
  });
});

describe('check', () => {
  const find = async (config: Config, ...ports: string[]) => {
    const found = await check(validator.config.parse(config), {
      nodeId: 'n',
      connected: new Set(ports),
      workflow: {} as never,
      prompts: new Map(),
    });
    return found.map(({ severity, field }) => `${severity} ${field}`);
  };
  it.each<[string, Config, string[], string[]]>([
    ['nothing wrong', { checks: [{ kind: 'citations' }], reask: { profile: 'p' } }, ['context', 'messages'], []],
    ['a pattern', { checks: [{ kind: 'regex', pattern: '(' }] }, [], ['error checks[0].pattern']],
    [
      'a schema',
      { checks: [{ kind: 'not-empty' }, { kind: 'json-schema', schema: { type: 'x' } }] },
      [],
      ['error checks[1].schema'],
    ],
    ['citations without context', { checks: [{ kind: 'citations' }] }, [], ['error checks[0]']],
    [
      'lengths',
      { checks: [{ kind: 'length' }, { kind: 'length', min: 2, max: 1 }] },
      [],
      ['warning checks[0]', 'error checks[1].min'],
    ],
    ['re-ask without messages', { checks: [{ kind: 'not-empty' }], reask: { profile: 'p' } }, [], ['error reask']],
    ['a port that stays silent', { checks: [{ kind: 'not-empty' }], onFail: 'fail' }, ['failed'], ['warning onFail']],
  ])('%s', async (_, config, ports, expected) => {
    expect(await find(config, ...ports)).toEqual(expected);
  });
});
