import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import {
  findPersonalData,
  isIban,
  type PersonalDataKind,
  passesLuhn,
  personalDataKinds,
  redactPersonalData,
} from './personal-data.ts';
import { phoneFinder } from './phone-numbers.ts';

const phones = phoneFinder(['US']);
const found = (text: string) =>
  findPersonalData(text, personalDataKinds, phones).map(({ kind, start, end }) => `${kind}:${text.slice(start, end)}`);

describe('findPersonalData', () => {
  it.each<[string, string[]]>([
    ['Write to jo.doe+x@mail.example.org.', ['email:jo.doe+x@mail.example.org']],
    ['no@domain, a@b, @user, x..y@z.com', []],
    ['Card 4111 1111 1111 1111, not 4111 1111 1111 1112', ['credit-card:4111 1111 1111 1111']],
    ['Amex 378282246310005.', ['credit-card:378282246310005']],
    ['order 1234567890123456789', []],
    ['call 378282246310005 now', ['credit-card:378282246310005']],
    ['IBAN DE89 3704 0044 0532 0130 00 please', ['iban:DE89 3704 0044 0532 0130 00']],
    ['gb29nwbk60161331926819', ['iban:gb29nwbk60161331926819']],
    ['DE89370400440532013001', []],
    ['SSN 536-22-1234, not 666-22-1234 or 900-12-3456 or 536-00-1234', ['ssn:536-22-1234']],
    ['my ssn is 536221234; part 536221234', ['ssn:536221234', 'ssn:536221234']],
    ['part number 536221234', []],
    ['from 192.168.1.20 and 300.1.1.1, version 1.2.3.4', ['ip:192.168.1.20']],
    ['at 2001:db8::8a2e:370:7334 but std::vector at 10:20:30', ['ip:2001:db8::8a2e:370:7334']],
    ['call +49 30 901820 or (212) 555-0187', ['phone:+49 30 901820', 'phone:(212) 555-0187']],
    ['Phone: 699 956 915', ['phone:699 956 915']],
    ['ticket 699 956 915 of 2026-03-04, 10:15, build 20260304', []],
  ])('%s', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('looks for the kinds asked for only, and never finds two things in one place', () => {
    const text = 'a@b.example +44 7700 900123';
    expect(findPersonalData(text, ['email'], phones).map(({ kind }) => kind)).toEqual(['email']);
    expect(findPersonalData('+447700677662', personalDataKinds, phones)).toHaveLength(1);
  });

  it('takes neither addresses of machines nor card numbers for phone numbers, although it looks for phones alone', () => {
    const german = phoneFinder(['US', 'GB', 'DE']);
    const text = 'http://127.0.0.1:11434 and OLLAMA_HOST=0.0.0.0, card 4111 1111 1111 1111, call +49 30 901820';
    const found = findPersonalData(text, ['phone', 'email'], german);
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual(['+49 30 901820']);
  });

  it.each(['a', '1', '1 ', 'a@', '1.', ':', '+1 ', 'DE12 ', '555-', 'phone 1', '１'])(
    'stays linear on a long run of %j',
    async (unit) => {
      const text = unit.repeat(Math.ceil(100_000 / unit.length));
      await expectCpuWithin(4000, () => findPersonalData(text, personalDataKinds, phones));
    },
  );
});

describe('redactPersonalData', () => {
  it('puts the kind in the place of what was found', () => {
    const text = 'Mail a@b.example or c@d.example!';
    expect(redactPersonalData(text, findPersonalData(text, ['email']))).toBe('Mail [email] or [email]!');
  });
});

describe('checksums', () => {
  it('notices every changed digit', () => {
    for (const [good, check] of [
      ['4111111111111111', passesLuhn],
      ['GB29NWBK60161331926819', isIban],
    ] as const) {
      expect(check(good)).toBe(true);
      for (let i = 4; i < good.length; i += 1) {
        const digit = good[i] ?? '';
        if (!/\d/.test(digit)) continue;
        const changed = good.slice(0, i) + String((Number(digit) + 1) % 10) + good.slice(i + 1);
        expect(check(changed)).toBe(false);
      }
    }
  });
});

const data = process.env['PIPEWRIGHT_DATA'];
const kindOf: { [type: string]: PersonalDataKind } = {
  EMAIL_ADDRESS: 'email',
  PHONE_NUMBER: 'phone',
  CREDIT_CARD: 'credit-card',
  IBAN_CODE: 'iban',
  IP_ADDRESS: 'ip',
  US_SSN: 'ssn',
};

describe.skipIf(data === undefined)('personal data in generated sentences (PIPEWRIGHT_DATA: F/presidio-synth)', () => {
  it('finds what has a form, and prints how much', () => {
    interface Row {
      text: string;
      entities: { type: string; start: number; end: number }[];
    }
    const rows = readFileSync(join(data ?? '', 'F/presidio-synth/sentences.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line): Row => JSON.parse(line));
    const tally = new Map(personalDataKinds.map((kind) => [kind, { gold: 0, hit: 0, found: 0, right: 0 }]));
    for (const { text, entities } of rows) {
      const points = [...text];
      const offset = (n: number) => points.slice(0, n).join('').length;
      const gold = entities.flatMap(({ type, start, end }) => {
        const kind = kindOf[type];
        return kind === undefined ? [] : [{ kind, start: offset(start), end: offset(end) }];
      });
      const got = findPersonalData(text, personalDataKinds, phones);
      const meets = (a: (typeof got)[number]) => (b: (typeof got)[number]) =>
        a.kind === b.kind && a.start < b.end && b.start < a.end;
      for (const [kind, sums] of tally) {
        const wanted = gold.filter((entry) => entry.kind === kind);
        const seen = got.filter((entry) => entry.kind === kind);
        sums.gold += wanted.length;
        sums.hit += wanted.filter((entry) => got.some(meets(entry))).length;
        sums.found += seen.length;
        sums.right += seen.filter((entry) => gold.some(meets(entry))).length;
      }
    }
    const floors: { [kind in PersonalDataKind]: [recall: number, precision: number] } = {
      email: [1, 1],
      iban: [1, 1],
      ip: [1, 1],
      ssn: [1, 1],
      'credit-card': [0.98, 0.98],
      phone: [0.65, 0.95],
    };
    for (const [kind, { gold, hit, found: all, right }] of tally) {
      const recall = hit / gold;
      const precision = right / all;
      console.info(
        `personal data, ${kind}: recall ${recall.toFixed(2)} of ${gold}, precision ${precision.toFixed(2)} of ${all}`,
      );
      expect(recall, `recall of ${kind}`).toBeGreaterThanOrEqual(floors[kind][0]);
      expect(precision, `precision of ${kind}`).toBeGreaterThanOrEqual(floors[kind][1]);
    }
  });
});
