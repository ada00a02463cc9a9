import type { Json, JsonObject } from '../../app/core/graph/json.ts';
import type { Policy } from '../../app/core/graph/workflow.ts';
import type { AnyManifest } from '../../app/core/nodekit/define-node.ts';
import { t } from '../strings/text.ts';
import type { Field } from './fields-of.ts';

/** A field of what the engine does around a node, and where in the policy it stands. */
export interface PolicyField {
  path: readonly [keyof Policy, ...string[]];
  field: Field;
}

type Kind = Pick<Field, 'widget' | 'schema'> & Partial<Pick<Field, 'unit' | 'help'>>;

const whole = (minimum: number, maximum: number, unit?: string): Kind => ({
  widget: 'number',
  unit,
  schema: { type: 'integer', minimum, maximum },
});
const time = (maximum = 86_400_000): Kind => whole(1, maximum, 'ms');
const money: Kind = { widget: 'number', unit: 'USD', schema: { type: 'number', minimum: 0, maximum: 1_000_000 } };
const YEAR_MS = 31_536_000_000;

/** What calls a model of some kind, and so has the policy of calls. */
const CALLING: ReadonlySet<string> = new Set(['model', 'embedder', 'reranker']);

/** The fields that mean something for a node of this type, with those that its file has anyway. */
export function policyFields(manifest: AnyManifest, policy: Policy): readonly PolicyField[] {
  const calls = manifest.needs.some((need: string) => CALLING.has(need)) || policy.calls || policy.budget;
  const writes = manifest.effect === 'write' || manifest.effect === 'irreversible';
  const onError = policy.onError?.action;
  const fields: (PolicyField | false | undefined)[] = [
    make(['onError', 'action'], t('policy.onError'), {
      widget: 'select',
      schema: { type: 'string', enum: ['fail', 'port', 'default'] },
      help: t('policy.onErrorHelp'),
    }),
    onError === 'default' &&
      make(['onError', 'outputs'], t('policy.outputs'), { widget: 'json', schema: { type: 'object' } }),
    make(['retry', 'attempts'], t('policy.attempts'), whole(1, 10)),
    make(['retry', 'maxMs'], t('policy.longestWait'), time()),
    make(['timeoutMs'], t('policy.timeout'), time()),
    (!writes || policy.cache) && make(['cache', 'ttlMs'], t('policy.cache'), time(YEAR_MS)),
    ...(calls
      ? [
          make(['calls', 'timeouts', 'totalMs'], t('policy.callTotal'), time()),
          make(['calls', 'timeouts', 'idleMs'], t('policy.callIdle'), time()),
          make(['calls', 'timeouts', 'connectMs'], t('policy.callConnect'), time()),
          make(['calls', 'fallbacks'], t('policy.fallbacks'), {
            widget: 'json',
            schema: { type: 'array' },
            help: t('policy.fallbacksHelp'),
          }),
          make(['budget', 'call'], t('policy.budgetCall'), money),
          make(['budget', 'node'], t('policy.budgetNode'), money),
        ]
      : []),
  ];
  return fields.filter((one) => one !== false && one !== undefined);
}

function make(path: PolicyField['path'], label: string, { widget, schema, unit, help }: Kind): PolicyField {
  const field: Field = {
    name: path.join('.'),
    label,
    help,
    group: undefined,
    unit,
    widget,
    isCode: false,
    schema,
    required: false,
    default: path[0] === 'onError' && path[1] === 'action' ? 'fail' : undefined,
  };
  return { path, field };
}

/** What stands at a path of a policy; of a budget with a share to warn at, the amount. */
export function policyValue(policy: Policy, path: PolicyField['path']): Json | undefined {
  const value = path.reduce<Json | undefined>(
    (part, name) => (isObject(part) ? part[name] : undefined),
    policy as JsonObject,
  );
  return path[0] === 'budget' && isObject(value) ? value['usd'] : value;
}

/** The policy with another value at a path; what is empty then is left out. */
export function withPolicyValue(policy: Policy, path: PolicyField['path'], value: Json | undefined): JsonObject {
  if (path[0] === 'onError' && path[1] === 'action') {
    const { onError: _old, ...rest } = policy as JsonObject;
    if (value === undefined || value === 'fail') return rest;
    return { ...rest, onError: value === 'default' ? { action: value, outputs: {} } : { action: value } };
  }
  return put(policy as JsonObject, path, value) ?? {};
}

function put(object: JsonObject, [name = '', ...rest]: readonly string[], value: Json | undefined) {
  const { [name]: old, ...others } = object;
  const next: Json | undefined =
    rest.length > 0
      ? put(isObject(old) ? old : {}, rest, value)
      : isObject(old) && typeof old['usd'] === 'number' && typeof value === 'number'
        ? { ...old, usd: value }
        : value;
  const all: JsonObject = next === undefined ? others : { ...object, [name]: next };
  return Object.keys(all).length === 0 ? undefined : all;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
