import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../../../test/kit/any-text.ts';
import { addressKind } from './address-kind.ts';
import { renderAddress } from './address-template.ts';

describe('an address template', () => {
  it.each([
    ['https://api.example.com/a/{{ id }}', { origin: 'https://api.example.com' }],
    ['HTTP://Example.com:80?x={{ y }}', { origin: 'http://example.com' }],
    ['https://example.com', { origin: 'https://example.com' }],
    ['{{ url }}', { variable: 'url' }],
    ['https://{{ host }}/a', undefined],
    ['https://example.com{{ x }}', undefined],
    ['https://example.com:{{ port }}/', undefined],
    ['https://example.{% if x %}com{% endif %}/', undefined],
    ['https://user@example.com/', undefined],
    ['{{ scheme }}://example.com/', undefined],
    ['{{ url }}/more', undefined],
    ['ftp://example.com/', undefined],
    ['', undefined],
  ])('%j leads to %j', (template, expected) => {
    expect(addressKind(template)).toEqual(expected);
  });

  it('encodes values for their place, also in lists and objects', () => {
    const render = (template: string, values: { [name: string]: never }) => renderAddress(template, values);
    const values = { id: 'a/b?c#d &e', list: ['x y', 'z'], n: 7, o: { k: 'q&r' } } as never;
    expect(render('https://e.example/{{ id }}?n={{ n }}', values)).toBe('https://e.example/a%2Fb%3Fc%23d%20%26e?n=7');
    expect(render('https://e.example/?{% for v in list %}v={{ v }}&{% endfor %}o={{ o.k }}', values)).toBe(
      'https://e.example/?v=x%20y&v=z&o=q%26r',
    );
  });

  it('takes one variable whole', () => {
    expect(renderAddress('{{ url }}', { url: ' https://e.example/a?b ' })).toBe('https://e.example/a?b');
    expect(() => renderAddress('{{ url }}', { url: 7 })).toThrow(expect.objectContaining({ code: 'http.address' }));
  });

  it.each(['.', '..', '%2e%2e', '%2E.'])('refuses a step %s in the path', (id) => {
    expect(() => renderAddress(`https://e.example/a/${id}/b`, {})).toThrow(/step/);
  });
  it('refuses a value that is one', () => {
    for (const id of ['.', '..']) expect(() => renderAddress('https://e.example/a/{{ id }}/b', { id })).toThrow(/step/);
  });

  it('leads no value to another host, path or parameter', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: 'grapheme' })), (id) => {
        fc.pre(!/^\.{1,2}$/.test(id));
        const url = new URL(renderAddress('https://e.example/orders/{{ id }}/lines?q={{ id }}&k=1', { id }));
        expect(url.host).toBe('e.example');
        expect(url.pathname.split('/').length).toBe(4);
        expect([...url.searchParams.keys()]).toEqual(['q', 'k']);
        expect(url.searchParams.get('q')).toBe(id.replace(/\p{Surrogate}/gu, '\ufffd'));
      }),
    );
  });
});
