import { expect, it } from 'vitest';
import { Profile } from '../../core/workspace/workspace-config.ts';
import { createPriceTable } from './price-table.ts';
import { ProfileBook } from './profile-book.ts';
import { openaiCompatible } from './providers/openai-compatible.ts';

it('takes secrets out of texts that were set after it was made, also those of other profiles', () => {
  const profile = (secret: string) =>
    Profile.parse({ use: 'chat', provider: 'openai-compatible', model: 'm', baseUrl: 'http://127.0.0.1:1/v1', secret });
  const mine = profile('MINE');
  const values: { [name: string]: string } = { MINE: 'value-of-mine' };
  const book = new ProfileBook({
    profiles: { mine, other: profile('OTHER') },
    secrets: (name) => values[name],
    secretsStamp: () => Object.keys(values).join(),
    prices: createPriceTable(),
    now: () => 0,
  });
  const before = book.target('mine', mine, openaiCompatible);
  expect(before.place.redact('value-of-mine value-of-other')).toBe('[secret] value-of-other');
  values['OTHER'] = 'value-of-other';
  const { place } = book.target('mine', mine, openaiCompatible);
  expect(place.redact('value-of-mine value-of-other')).toBe('[secret] [secret]');
});
