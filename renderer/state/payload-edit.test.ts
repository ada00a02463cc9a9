import { describe, expect, it } from 'vitest';
import { beginEdit, editResult, editText, otherForm, type PayloadEdit, payloadFields } from './payload-edit.ts';

const payload = { customer_name: 'Ann', amount: 12.5, isUrgent: true, lines: [{ sku: 'a' }], note: null };

/** The edit with another text in a field. */
function written(edit: PayloadEdit, name: string, text: string): PayloadEdit {
  if (edit.as !== 'fields') throw new Error('it has no fields');
  return { ...edit, fields: edit.fields.map((field) => (field.name === name ? { ...field, text } : field)) };
}

describe('the edit of a payload that is an object', () => {
  it('has a field for each member, labelled with words', () => {
    expect(payloadFields(payload).map(({ label, kind }) => `${label}: ${kind}`)).toEqual([
      'Customer name: text',
      'Amount: number',
      'Is urgent: flag',
      'Lines: json',
      'Note: json',
    ]);
    expect(editResult(payload, beginEdit(payload))).toEqual({ value: payload });
  });

  it('takes words as they stand, and all else as what it was', () => {
    const named = written(beginEdit(payload), 'customer_name', '42');
    expect(editResult(payload, written(named, 'amount', '13'))).toEqual({
      value: { ...payload, customer_name: '42', amount: 13 },
    });
    for (const [name, text] of [
      ['amount', 'much'],
      ['amount', ''],
      ['isUrgent', '1'],
      ['lines', '['],
    ] as const)
      expect(editResult(payload, written(named, name, text)), `${name}: ${text}`).toBeUndefined();
  });

  it('goes to JSON and back without a loss', () => {
    const named = written(beginEdit(payload), 'customer_name', 'Bob');
    const asText = otherForm(payload, named);
    expect(asText).toEqual({ as: 'text', text: JSON.stringify({ ...payload, customer_name: 'Bob' }, undefined, 2) });
    expect(otherForm(payload, asText ?? named)).toEqual(named);
    expect(otherForm(payload, { as: 'text', text: '{' })).toBeUndefined();
    expect(otherForm(payload, { as: 'text', text: '[]' })).toBeUndefined();
    expect(editText(written(named, 'amount', 'much'))).toContain('"amount": "much"');
  });
});

it('other payloads are edited as one text', () => {
  const answer = { text: 'It can [1].', citations: [{ marker: '1', file: 'a.md' }], abstained: false };
  for (const one of ['hello', answer, [1], {}, null]) expect(beginEdit(one).as).toBe('text');
  expect(beginEdit(answer)).toEqual({ as: 'text', text: 'It can [1].' });
});
