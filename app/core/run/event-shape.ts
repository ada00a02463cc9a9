import * as z from 'zod';
import { Cost, Decision, Usage } from '../graph/values.ts';
import type { RunEvent } from './events.ts';

const JsonObject = z.record(z.string(), z.json());
const ErrorWire = z.object({
  code: z.string(),
  class: z.string(),
  message: z.string(),
  where: z.string().optional(),
  remedy: z.string().optional(),
  data: JsonObject.optional(),
});
/** Payloads in events: in place, by digest, or as the capture setting lets them show. */
const Payload = z.union([
  z.object({ value: z.json() }),
  z.object({ digest: z.string(), bytes: z.int() }),
  z.object({ hash: z.string(), bytes: z.int() }),
  z.object({ withheld: z.enum(['capture', 'personal', 'purged']) }),
]);
const Payloads = z.record(z.string(), Payload);
const head = { seq: z.int(), at: z.number() };
const event = <T extends string, S extends z.core.$ZodLooseShape>(type: T, shape: S) =>
  z.object({ ...head, type: z.literal(type), ...shape });
const step = { step: z.string() };
const node = { ...step, node: z.string() };
const call = { ...step, call: z.int(), kind: z.string(), digest: z.string() };

const shapes = {
  'run.created': event('run.created', {
    workflowId: z.string(),
    workflowName: z.string(),
    workflowHash: z.string(),
    snapshot: z.string(),
    inputs: Payloads,
    engine: z.string(),
    origin: z.object({ parent: z.string(), kind: z.enum(['rerun', 'fork']), at: z.string().optional() }).optional(),
    edits: z.record(z.string(), z.object({ inputs: Payloads.optional(), outputs: Payloads.optional() })).optional(),
    targets: z.array(z.string()).optional(),
    capture: z.enum(['full', 'redacted', 'hashed', 'off']),
  }),
  'run.started': event('run.started', { owner: z.string(), fence: z.int(), resumed: z.boolean() }),
  'step.started': event('step.started', { ...node, attempt: z.int(), cause: z.enum(['retry', 'crash']).optional() }),
  'call.intended': event('call.intended', {
    ...call,
    effect: z.enum(['read', 'paid', 'write', 'irreversible']),
    cause: z.literal('crash').optional(),
  }),
  'call.completed': event('call.completed', {
    ...call,
    request: Payload,
    response: Payload,
    startedAt: z.number(),
    usage: Usage.optional(),
    cost: Cost.optional(),
    model: z.string().optional(),
    provider: z.string().optional(),
  }),
  'call.failed': event('call.failed', { ...call, error: ErrorWire, startedAt: z.number() }),
  'value.recorded': event('value.recorded', {
    ...step,
    call: z.int(),
    kind: z.enum(['clock', 'random', 'ids']),
    value: z.json(),
  }),
  'step.retried': event('step.retried', {
    ...step,
    attempt: z.int(),
    error: ErrorWire,
    waitMs: z.number(),
    keepsCalls: z.boolean(),
  }),
  'step.finished': event('step.finished', {
    ...node,
    attempt: z.int(),
    startedAt: z.number(),
    outputs: Payloads,
    cached: z.object({ run: z.string(), step: z.string(), key: z.string(), at: z.number() }).optional(),
    memo: z.string().optional(),
    shared: z.literal(true).optional(),
    detail: JsonObject.optional(),
  }),
  'step.failed': event('step.failed', {
    ...node,
    attempt: z.int(),
    startedAt: z.number(),
    error: ErrorWire,
    handled: z.enum(['fail', 'default', 'port']),
    outputs: Payloads,
    detail: JsonObject.optional(),
  }),
  'step.skipped': event('step.skipped', {
    ...node,
    ports: z.array(z.string()),
    reason: z.enum(['silent', 'disabled']),
  }),
  'step.cancelled': event('step.cancelled', { ...node, startedAt: z.number() }),
  'race.won': event('race.won', { ...step, edge: z.string() }),
  'step.waiting': event('step.waiting', {
    ...step,
    wait: z.string(),
    kind: z.enum(['review', 'breakpoint', 'uncertain']),
    title: z.string(),
    payload: Payload,
    payloadHash: z.string(),
    actions: z.array(z.string()),
    form: JsonObject.optional(),
    dueAt: z.number().optional(),
    reason: z.string().optional(),
  }),
  'wait.decided': event('wait.decided', { ...step, wait: z.string(), decision: Decision }),
  'wait.expired': event('wait.expired', { ...step, wait: z.string() }),
  'log.written': event('log.written', {
    ...step,
    level: z.enum(['debug', 'info', 'warning', 'error']),
    message: z.string(),
    data: JsonObject.optional(),
  }),
  'run.waiting': event('run.waiting', { waits: z.array(z.string()) }),
  'run.finished': event('run.finished', { outputs: Payloads }),
  'run.failed': event('run.failed', { error: ErrorWire, step: z.string().optional() }),
  'run.cancelled': event('run.cancelled', { reason: z.string() }),
  // An event type without a shape does not compile.
} as const satisfies { [type in RunEvent['type']]: z.ZodObject };

const signals = [
  z.object({ type: z.literal('delta'), ...step, text: z.string() }),
  z.object({ type: z.literal('step.running'), ...node }),
] as const;

/** One line of `--events`: an event of the log, or a provisional signal without number and time. */
export const RunEventShape = z.discriminatedUnion('type', [
  ...(Object.values(shapes) as unknown as [z.ZodObject, ...z.ZodObject[]]),
  ...signals,
] as never);
