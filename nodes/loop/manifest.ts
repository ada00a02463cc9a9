import * as z from 'zod';
import { defineNode, later, variableNames, variablePorts } from '../../app/core/nodekit/index.ts';

export const loop = defineNode({
  type: 'loop',
  version: 1,
  family: 'logic',
  title: 'Loop',
  summary: 'Runs the nodes inside it again and again, with what each turn hands to the next, until a condition holds.',
  icon: 'repeat',
  config: later(() =>
    z.strictObject({
      mode: z
        .enum(['until', 'while'])
        .default('until')
        .describe('until: asked after each turn, ends when it holds. while: asked before each turn, ends when not.'),
      /** In CEL over `state`, `result`, `results`, `turn` and the variables; empty: only `break` and the bounds end it. */
      condition: z.string().max(20_000).default(''),
      maxTurns: z.int().min(1).max(1000).default(10).describe('Turns in all.'),
      /** No turn begins once the calls inside have cost so much. */
      maxCostUsd: z.number().gt(0).max(1_000_000).optional(),
      /** No turn begins after so long, milliseconds. */
      timeoutMs: z.int().min(1).max(31_536_000_000).optional(),
      onBound: z
        .enum(['fail', 'stop'])
        .default('fail')
        .describe('At a bound: fail, or end with what there is and say why in `info`.'),
      onTurnError: z
        .enum(['fail', 'break', 'collect'])
        .default('fail')
        .describe('When a turn fails: fail, end with what there is, or list the error and go on.'),
      variables: variableNames(['state', 'result', 'results', 'turn']),
    }),
  ),
  inputs: { state: { type: 'any', help: 'What the first turn begins with; null without a wire.' } },
  outputs: {
    state: { type: 'any', help: 'What the last turn handed on.' },
    result: { type: 'any', help: 'The result of the last turn that gave one.' },
    results: { type: 'list', help: 'The results of all turns, in order.' },
    errors: { type: 'list', help: 'One entry for each turn that failed: turn, code, message.' },
    info: { type: 'json', help: 'turns: how many began; why it ended; costUsd of the calls inside.' },
  },
  ports: ({ variables }) => ({ inputs: variablePorts(variables) }),
  body: {
    sources: {
      state: { type: 'any', help: 'What the turn before handed on.' },
      index: { type: 'number', help: 'Counted from 0.' },
    },
    sinks: {
      state: { type: 'any', help: 'For the next turn; a silent one leaves the state as it was.' },
      result: { type: 'any', help: 'Collected in `results`.' },
      break: { type: 'any', help: 'Ends the loop after this turn, unless silent, null or false.' },
    },
  },
  needs: ['body', 'clock'],
  effect: 'read',
  form: {
    mode: { widget: 'select', label: 'Goes on' },
    condition: {
      widget: 'expression',
      label: 'Condition',
      help: 'In CEL; knows state, result, results, turn.',
      names: ['state', 'result', 'results', 'turn'],
    },
    maxTurns: { widget: 'number', label: 'Turns at most', group: 'Bounds' },
    maxCostUsd: { widget: 'number', label: 'Cost at most', unit: 'USD', group: 'Bounds' },
    timeoutMs: { widget: 'number', label: 'Time at most', unit: 'ms', group: 'Bounds' },
    onBound: { widget: 'select', label: 'At a bound', group: 'Bounds' },
    onTurnError: { widget: 'select', label: 'When a turn fails' },
    variables: { widget: 'list', label: 'Variables' },
  },
  examples: [
    { title: 'Improve a draft until a checker is content', config: { condition: 'result.score >= 0.8', maxTurns: 5 } },
    {
      title: 'Read page after page, for a dollar at most',
      config: { mode: 'while', condition: 'state != null', maxTurns: 100, maxCostUsd: 1, onBound: 'stop' },
    },
  ],
});
