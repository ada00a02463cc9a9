import * as z from 'zod';
import { AppError } from '../../app/core/errors/app-error.ts';
import {
  type AnyManifest,
  type AnyRun,
  defineNode,
  type NodeType,
  type Registry,
} from '../../app/core/nodekit/define-node.ts';

/** Small node types for tests of the engine: each shows one of its promises and nothing else. */
const types: [AnyManifest, AnyRun | undefined][] = [];
function node(manifest: AnyManifest, run?: AnyRun): void {
  types.push([manifest, run]);
}
const about = { version: 1, family: 'logic', title: 'Test', summary: 'For tests.' } as const;
const value = { value: { type: 'any' } } as const;

node(
  defineNode({
    ...about,
    type: 't-input',
    config: z.strictObject({ name: z.string() }),
    inputs: {},
    outputs: value,
    needs: ['workflow'],
    effect: 'pure',
    workflowPort: ({ name }) => ({ direction: 'input' as const, name }),
  }),
  ({ config }, { cap }) => ({ value: cap.workflow.input(config.name) }),
);
node(
  defineNode({
    ...about,
    type: 't-output',
    config: z.strictObject({ name: z.string() }),
    inputs: { value: { type: 'any', required: true } },
    outputs: value,
    needs: [],
    effect: 'pure',
    workflowPort: ({ name }) => ({ direction: 'output' as const, name }),
  }),
  ({ inputs }) => ({ value: inputs.value }),
);
/** Joins what arrives into text: `id(a,b)`. */
node(
  defineNode({
    ...about,
    type: 't-text',
    config: z.strictObject({ id: z.string(), add: z.string().default('') }),
    inputs: { values: { type: 'any', many: true } },
    outputs: value,
    needs: [],
    effect: 'pure',
  }),
  ({ config, inputs }) => ({ value: `${config.id}${config.add}(${(inputs.values ?? []).join(',')})` }),
);
/** Writes what arrives into the log of the run. */
node(
  defineNode({
    ...about,
    type: 't-log',
    config: z.strictObject({}),
    inputs: { value: { type: 'any', required: true } },
    outputs: value,
    needs: ['log'],
    effect: 'pure',
  }),
  ({ inputs }, { cap }) => {
    cap.log.write({ level: 'info', message: `saw ${inputs.value}`, data: { value: inputs.value } });
    return { value: inputs.value };
  },
);
/** The text of `t-text` through a paid call. */
node(
  defineNode({
    ...about,
    type: 't-call',
    config: z.strictObject({ id: z.string(), calls: z.int().default(1) }),
    inputs: { values: { type: 'any', many: true } },
    outputs: value,
    needs: ['model', 'tokenizer'],
    effect: 'read',
  }),
  async ({ config, inputs }, { cap, step }) => {
    let text = `${config.id}(${(inputs.values ?? []).join(',')})`;
    for (let i = 0; i < config.calls; i += 1) {
      const response = await cap.model.generate({
        profile: 'paid',
        messages: [
          { role: 'user', content: `${i}:${text}` },
          { role: 'system', content: step.path },
        ],
      });
      // Lets a test see the moment at which the node has the answer.
      cap.tokenizer.count(`got ${step.path} ${i}`);
      text = response.text;
    }
    return { value: text };
  },
);
/** Sends its value out of the port that its length chooses, or of both. */
node(
  defineNode({
    ...about,
    type: 't-branch',
    config: z.strictObject({ to: z.enum(['a', 'b', 'both', 'none']) }),
    inputs: { value: { type: 'any', required: true } },
    outputs: { a: { type: 'any' }, b: { type: 'any' } },
    needs: [],
    effect: 'pure',
  }),
  ({ config, inputs }) => ({
    a: config.to === 'a' || config.to === 'both' ? inputs.value : undefined,
    b: config.to === 'b' || config.to === 'both' ? inputs.value : undefined,
  }),
);
node(
  defineNode({
    ...about,
    type: 't-any',
    config: z.strictObject({}),
    inputs: { values: { type: 'any', many: true, required: true } },
    outputs: value,
    needs: [],
    effect: 'pure',
  }),
  ({ inputs }) => ({ value: inputs.values[0] }),
);
node(
  defineNode({
    ...about,
    type: 't-race',
    config: z.strictObject({}),
    inputs: { values: { type: 'any', many: true, required: true } },
    outputs: value,
    needs: [],
    effect: 'pure',
    join: () => 'race' as const,
  }),
  ({ inputs }) => ({ value: inputs.values[0] }),
);
node(
  defineNode({
    ...about,
    type: 't-map',
    config: z.strictObject({ width: z.int().default(4), collect: z.boolean().default(false) }),
    inputs: { items: { type: 'list', required: true } },
    outputs: { results: { type: 'list' }, errors: { type: 'list' } },
    body: {
      sources: { item: { type: 'any' }, index: { type: 'number' } },
      sinks: { result: { type: 'any', required: true } },
    },
    needs: ['body'],
    effect: 'pure',
  }),
  async ({ config, inputs }, { cap }) => {
    const results: unknown[] = inputs.items.map(() => null);
    const errors: unknown[] = [];
    let next = 0;
    const worker = async () => {
      for (let i = next; i < inputs.items.length; i = next) {
        next += 1;
        try {
          results[i] = (await cap.body.run(i, { item: inputs.items[i], index: i })).result ?? null;
        } catch (error) {
          if (!config.collect) throw error;
          errors.push(i);
        }
      }
    };
    await Promise.all(Array.from({ length: config.width }, worker));
    return { results, errors: errors.sort((a, b) => Number(a) - Number(b)) };
  },
);
node(
  defineNode({
    ...about,
    type: 't-list',
    config: z.strictObject({ count: z.int() }),
    inputs: { values: { type: 'any', many: true } },
    outputs: { items: { type: 'list' } },
    needs: [],
    effect: 'pure',
  }),
  ({ config, inputs }) => ({
    items: Array.from({ length: config.count }, (_, i) => `${i}:${(inputs.values ?? []).join(',')}`),
  }),
);
node(
  defineNode({
    ...about,
    type: 't-fail',
    config: z.strictObject({ code: z.string().default('output.schema'), when: z.string().default('') }),
    inputs: { values: { type: 'any', many: true } },
    outputs: value,
    needs: [],
    effect: 'pure',
  }),
  ({ config, inputs }) => {
    const text = (inputs.values ?? []).join(',');
    if (text.includes(config.when)) throw new AppError(config.code, { message: `refused ${text}` });
    return { value: text };
  },
);
node(
  defineNode({
    ...about,
    type: 't-ask',
    config: z.strictObject({ id: z.string(), timeoutMs: z.int().optional() }),
    inputs: { values: { type: 'any', many: true } },
    outputs: { value: { type: 'any' }, expired: { type: 'any' } },
    needs: ['waits'],
    effect: 'read',
  }),
  async ({ config, inputs }, { cap }) => {
    const text = (inputs.values ?? []).join(',');
    const decision = await cap.waits.person({
      kind: 'review',
      title: config.id,
      payload: text,
      actions: ['approve', 'reject'],
      ...(config.timeoutMs !== undefined && { timeoutMs: config.timeoutMs }),
    });
    if (decision === null) return { value: undefined, expired: text };
    return { value: `${config.id}:${decision.action}(${text})`, expired: undefined };
  },
);
/** A write that must never be repeated without a person's word. */
node(
  defineNode({
    ...about,
    type: 't-send',
    config: z.strictObject({ id: z.string() }),
    inputs: { values: { type: 'any', many: true } },
    outputs: value,
    needs: ['cache'],
    effect: 'irreversible',
  }),
  async ({ config, inputs }, { cap }) => {
    await cap.cache.put({ key: config.id, value: (inputs.values ?? []).join(','), ttlMs: 1 });
    return { value: `sent ${config.id}` };
  },
);
/** Recorded values. */
node(
  defineNode({
    ...about,
    type: 't-now',
    config: z.strictObject({}),
    inputs: { values: { type: 'any', many: true } },
    outputs: value,
    needs: ['clock', 'random', 'ids'],
    effect: 'read',
  }),
  (_args, { cap }) => ({ value: [cap.clock.now(), cap.random.next(), cap.ids.next('x')] }),
);
node(
  defineNode({
    ...about,
    type: 't-note',
    config: z.strictObject({ text: z.string().default('') }),
    inputs: {},
    outputs: {},
    needs: [],
    effect: 'pure',
    inert: true,
  }),
);

export const testRegistry: Registry = new Map<string, NodeType>(
  types.map(([manifest, run]) => [manifest.type, { manifest, ...(run && { run: () => Promise.resolve(run) }) }]),
);
