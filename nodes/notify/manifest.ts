import * as z from 'zod';
import {
  addressKind,
  defineNode,
  later,
  makeReach,
  reachOfOrigin,
  variableNames,
  variablePorts,
} from '../../app/core/nodekit/index.ts';

export const notify = defineNode({
  type: 'notify',
  version: 1,
  family: 'io',
  title: 'Notify',
  summary: 'Tells people something: through a webhook, a chat, or the log of the run.',
  icon: 'message-square-text',
  config: later(() =>
    z.strictObject({
      /** slack: the form that Slack, Mattermost, Rocket.Chat and Discord (…/slack) take. webhook: title, text, level and run as JSON. */
      channel: z.enum(['slack', 'webhook', 'log']).default('log'),
      /** Address of the hook, its host written out. The part that is a key belongs into `urlSecret`. */
      url: z.string().max(2000).optional(),
      /** Name of a secret that follows the address: its value is the rest of the path. */
      urlSecret: z
        .string()
        .regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'The name of a secret: capital letters, digits and underscores.')
        .optional(),
      level: z.enum(['info', 'warning', 'error']).default('info'),
      /** Liquid template; empty for none. */
      title: z.string().max(1000).default(''),
      /** Liquid template. */
      text: z.string().min(1).max(20_000).default('{{ text }}'),
      /** Each becomes an input port of this name. */
      variables: variableNames().default(['text']),
      timeoutMs: z.int().min(100).max(120_000).default(15_000),
    }),
  ),
  inputs: {},
  outputs: {
    status: { type: 'number', help: 'The status of the answer; silent for the log.' },
    text: { type: 'text' },
  },
  ports: ({ variables }) => ({ inputs: variablePorts(variables) }),
  needs: ['http', 'log'],
  effect: 'write',
  reaches({ channel, url = '', urlSecret }) {
    if (channel === 'log') return [];
    const kind = addressKind(url);
    return [
      ...(kind !== undefined && 'origin' in kind ? [reachOfOrigin(kind.origin)] : []),
      ...(urlSecret === undefined ? [] : [makeReach('secret', urlSecret)]),
    ];
  },
  form: {
    channel: { widget: 'select' },
    url: { widget: 'text', label: 'Address', code: true },
    urlSecret: { widget: 'secret', label: 'Secret part of the address', code: true },
    level: { widget: 'select' },
    title: { widget: 'template' },
    text: { widget: 'template' },
    variables: { widget: 'list', label: 'Variables', help: 'Each becomes an input port.' },
    timeoutMs: { widget: 'number', label: 'Longest time', unit: 'ms', group: 'Limits' },
  },
  examples: [
    {
      title: 'A Slack channel',
      config: {
        channel: 'slack',
        url: 'https://hooks.slack.com/services',
        urlSecret: 'SLACK_HOOK',
        title: 'Order {{ id }} needs a look',
        text: '{{ reason }}',
        variables: ['id', 'reason'],
      },
    },
    { title: 'The log of the run', config: { channel: 'log', level: 'warning' } },
  ],
});
