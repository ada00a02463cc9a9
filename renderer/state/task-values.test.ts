import { describe, expect, it } from 'vitest';
import { editableText, editedPayload, readFields, taskFields } from './task-values.ts';

const form = {
  type: 'object',
  required: ['amount'],
  properties: {
    reply: { type: 'string', title: 'Reply to send' },
    amount: { type: 'number' },
    reason: { type: 'string', enum: ['late', 'broken'] },
    payload: { title: 'Edited payload' },
  },
};

describe('the fields of a review task', () => {
  it('are those of the form, without the payload that an edit gives', () => {
    const fields = taskFields(form, ['approve', 'edit']);
    expect(fields.map(({ name, label }) => [name, label])).toEqual([
      ['reply', 'Reply to send'],
      ['amount', 'amount'],
      ['reason', 'reason'],
    ]);
    expect(fields[1]).toMatchObject({ required: true, isText: false });
    expect(fields[2]).toMatchObject({ choices: ['late', 'broken'] });
  });

  it('keep a field of this name where nothing can be edited', () => {
    expect(taskFields(form, ['approve']).map(({ name }) => name)).toContain('payload');
    expect(taskFields(null, ['approve'])).toEqual([]);
  });

  it('take words as they stand where a text is asked for, and read the rest', () => {
    const fields = taskFields(form, ['edit']);
    expect(readFields(fields, { reply: '42', amount: '42', reason: ' ', payload: 'x' })).toEqual({
      reply: '42',
      amount: 42,
    });
  });
});

describe('an edited payload', () => {
  const answer = {
    text: 'It can [1], and it may [2].',
    citations: [
      { marker: '1', file: 'a.md' },
      { marker: '2', file: 'b.md' },
    ],
    abstained: false,
  };

  it('is the text itself where the payload is one, even if it looks like JSON', () => {
    expect(editableText('hello')).toBe('hello');
    expect(editedPayload('hello', '{"a":1}')).toEqual({ value: '{"a":1}' });
  });

  it('is an answer with another text, and only the sources that the text still names', () => {
    expect(editableText(answer)).toBe(answer.text);
    expect(editedPayload(answer, 'It can [1].')).toEqual({
      value: { ...answer, text: 'It can [1].', citations: [{ marker: '1', file: 'a.md' }] },
    });
  });

  it('is JSON otherwise, or nothing', () => {
    const payload = { total: 3 };
    expect(JSON.parse(editableText(payload))).toEqual(payload);
    expect(editedPayload(payload, '{"total": 4}')).toEqual({ value: { total: 4 } });
    expect(editedPayload(payload, 'four')).toBeUndefined();
  });
});
