import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

const severity = z.enum(['warning', 'error']).default('error');
const personalDataKinds = ['email', 'phone', 'iban', 'credit-card', 'ip', 'ssn'] as const;
const count = later(() => z.int().min(0).max(1_000_000));

const ValidatorRule = later(() =>
  z.discriminatedUnion('kind', [
    /** The value, or the JSON in a text, fits a schema. */
    z.strictObject({
      kind: z.literal('json-schema'),
      severity,
      schema: z.record(z.string(), z.json()),
      repair: z.boolean().default(true),
    }),
    /** A pattern (RE2) is in the text, or is not. */
    z.strictObject({
      kind: z.literal('regex'),
      severity,
      pattern: z.string().min(1).max(2000),
      must: z.enum(['match', 'not-match']).default('match'),
      ignoreCase: z.boolean().default(false),
      /** What to tell instead of the pattern. */
      message: z.string().max(500).optional(),
    }),
    /** Each mark is one of the context, each quote stands in its source word for word. Abstentions need none. */
    z.strictObject({
      kind: z.literal('citations'),
      severity,
      min: count.default(1),
      /** Share of sentences that may stand without a citation. */
      maxUncited: z.number().min(0).max(1).default(1),
    }),
    z.strictObject({
      kind: z.literal('length'),
      severity,
      unit: z.enum(['characters', 'words', 'sentences']).default('characters'),
      min: count.optional(),
      max: count.optional(),
    }),
    /** Whole words, whatever case and accents. */
    z.strictObject({
      kind: z.literal('forbidden-terms'),
      severity,
      terms: z.array(z.string().min(1).max(200)).min(1).max(1000),
    }),
    z.strictObject({
      kind: z.literal('personal-data'),
      severity,
      kinds: z
        .array(z.enum(personalDataKinds))
        .min(1)
        .default([...personalDataKinds]),
      /** redact: put the kind in its place and go on. */
      action: z.enum(['fail', 'redact']).default('fail'),
      /** Values that may stand, e.g. the address of one's own support. */
      allow: z.array(z.string().min(1).max(200)).max(1000).default([]),
      /** Countries whose national phone numbers to look for (ISO codes). */
      regions: z
        .array(z.string().regex(/^[A-Z]{2}$/))
        .max(20)
        .default(['US']),
    }),
    z.strictObject({ kind: z.literal('not-empty'), severity }),
    /** The answer is not the sentence by which a model says that its sources do not hold the answer. */
    z.strictObject({ kind: z.literal('not-abstained'), severity }),
  ]),
);
export type ValidatorRule = z.output<typeof ValidatorRule>;

export const validator = defineNode({
  type: 'validator',
  version: 1,
  family: 'check',
  title: 'Validator',
  summary: 'Checks a value against rules, mends or redacts what it may, and sends it on by the result.',
  icon: 'shield-check',
  config: later(() =>
    z.strictObject({
      checks: z.array(ValidatorRule).min(1).max(50),
      /** route: out of the port failed. fail: the step fails with the findings. */
      onFail: z.enum(['route', 'fail']).default('route'),
      /** Ask a model to correct the answer, with the findings, up to `max` times. Needs the port messages. */
      reask: z.strictObject({ profile: z.string().min(1).max(64), max: z.int().min(1).max(5).default(2) }).optional(),
    }),
  ),
  inputs: {
    value: { type: 'any', required: true, help: 'An answer, a text or any JSON.' },
    context: { type: 'context', help: 'What citations are checked against.' },
    messages: { type: 'messages', help: 'The conversation that led to the value, for asking again.' },
  },
  outputs: {
    passed: { type: 'any', help: 'The value, when no rule of severity error is broken.' },
    failed: { type: 'any', help: 'The value, when one is.' },
    verdict: { type: 'verdict', help: 'Findings, repairs and how often the model was asked again.' },
    value: { type: 'any', help: 'The value either way, mended and redacted.' },
  },
  needs: ['model'],
  effect: 'read',
  reads: ({ reask }) => (reask === undefined ? [] : [{ kind: 'profile', name: reask.profile, field: 'reask.profile' }]),
  form: {
    checks: { widget: 'list', label: 'Rules' },
    onFail: { widget: 'select', label: 'When a rule is broken' },
    reask: { widget: 'profile', label: 'Ask again' },
  },
  examples: [
    {
      title: 'A cited answer without personal data',
      config: { checks: [{ kind: 'citations' }, { kind: 'personal-data', action: 'redact' }] },
    },
    {
      title: 'Short and without promises',
      config: {
        checks: [
          { kind: 'length', unit: 'words', max: 120 },
          { kind: 'forbidden-terms', terms: ['guarantee'] },
        ],
        onFail: 'fail',
      },
    },
    {
      title: 'JSON of a form',
      config: {
        checks: [{ kind: 'json-schema', schema: { type: 'object', required: ['label'] } }],
        reask: { profile: 'fast' },
      },
    },
  ],
});
