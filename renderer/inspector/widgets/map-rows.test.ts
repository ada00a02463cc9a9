import { describe, expect, it } from 'vitest';
import { manifestOf } from '../../nodes/node-types.ts';
import { fieldsOf, fieldsOfRecords } from '../fields-of.ts';
import { asText, asValue, changedRow, rowsOf, tableOf } from './map-rows.ts';

const texts = { type: 'object', additionalProperties: { type: 'string' } };
const anything = { type: 'object', additionalProperties: {} };

describe('rows of a table', () => {
  it('are the table again, without what has no name and what is there twice', () => {
    const table = { a: 'x', constructor: 1, b: null };
    expect(tableOf(rowsOf(table))).toEqual(table);
    const twice = changedRow(rowsOf({ a: '1', b: '2' }), 1, { name: 'a' });
    expect(tableOf([...twice, { name: '', value: 'lost' }])).toEqual({ a: '1' });
  });

  it('keep texts as texts where only texts may be, and read JSON elsewhere', () => {
    expect(asValue('12', texts)).toBe('12');
    expect(['12', 'true', 'plain', '"12"'].map((text) => asValue(text, anything))).toEqual([12, true, 'plain', '12']);
    expect(asText({ a: 1 })).toBe('{"a":1}');
  });
});

it('tables, names of secrets and sets of documents have widgets of their own', () => {
  const widgets = (type: string) => {
    const manifest = manifestOf(type);
    return manifest ? fieldsOf(manifest) : [];
  };
  const of = (type: string, name: string) => widgets(type).find((field) => field.name === name);
  expect(of('http-request', 'headers')?.widget).toBe('map');
  expect(of('load-documents', 'metadata')?.widget).toBe('map');
  expect(of('notify', 'urlSecret')?.widget).toBe('secret');
  const secrets = of('http-request', 'secrets');
  expect(secrets && fieldsOfRecords(secrets).find(({ name }) => name === 'secret')?.widget).toBe('secret');
});
