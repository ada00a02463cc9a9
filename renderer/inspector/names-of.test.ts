import { describe, expect, it } from 'vitest';
import { WorkflowNode } from '../../app/core/graph/workflow.ts';
import { namesOf } from './names-of.ts';

const names = (type: string, config: object): readonly string[] =>
  namesOf(WorkflowNode.parse({ id: 'n', type, version: 1, config }));

describe('names that expressions of a node may use', () => {
  it.each([
    ['transform', { expression: 'value', variables: ['customer'] }, ['value', 'customer']],
    ['prompt', { messages: [{ role: 'user', template: 'x' }], variables: ['question'] }, ['history', 'question']],
    ['loop', { condition: '', variables: ['limit'] }, ['state', 'limit', 'result', 'results', 'turn']],
    ['aggregate', {}, ['item', 'index']],
    ['query', { sql: 'SELECT 1', params: ['email'] }, ['email']],
    ['code', { code: 'return {}', inputs: [{ name: 'order', type: 'json' }] }, ['order']],
  ])('of %s: its inputs, and what it knows besides', (type, config, expected) => {
    expect(names(type, config)).toEqual(expect.arrayContaining(expected));
  });

  it('are there while the expression is still to be written', () => {
    expect(names('transform', { expression: '', variables: ['customer'] })).toEqual(
      expect.arrayContaining(['value', 'customer']),
    );
    expect(names('router', { branches: [{ name: 'a', when: '' }], variables: ['score'] })).toContain('score');
    expect(names('prompt', { messages: [{ role: 'user', template: '' }], variables: ['text'] })).toContain('text');
  });

  it('are there while two fields that exclude each other are filled', () => {
    const both = { prompt: 'answer', messages: [{ role: 'user', template: 'x' }], variables: ['question'] };
    expect(names('prompt', both)).toContain('question');
  });

  it('of a type that is not known are none', () => {
    expect(names('from-the-future', {})).toEqual([]);
  });
});
