import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from './extractive-reader.ts';

const passages = [
  {
    marker: '1',
    title: 'Exports',
    text: '# Exports\n\nInvoice exports run every night at 2 a.m. and take about 40 minutes.\nOlder exports, e.g. those of last year, are deleted after 90 days.\n\n- Use `exportNow` to start one by hand.\n- Failed exports are retried three times.\n\n```ts\nawait exportNow();\n```\n',
  },
  {
    marker: '2',
    title: 'Accounts',
    text: 'Anna Berg leads the accounts team. To reset a password, open the sign-in page and choose “Forgot password”. Why reset it?',
  },
];

describe('readAnswer', () => {
  it.each<[string, string, string, string | undefined]>([
    [
      'When do invoice exports run?',
      '1',
      'Invoice exports run every night at 2 a.m. and take about 40 minutes.',
      undefined,
    ],
    [
      'After how many days are exports deleted?',
      '1',
      'Older exports, e.g. those of last year, are deleted after 90 days.',
      '90 days',
    ],
    ['How many times are failed exports retried?', '1', '- Failed exports are retried three times.', 'three times'],
    ['Who leads the accounts team?', '2', 'Anna Berg leads the accounts team.', 'Anna Berg'],
    [
      'How do I reset my password?',
      '2',
      'To reset a password, open the sign-in page and choose “Forgot password”.',
      undefined,
    ],
  ])('%s', (question, marker, sentence, short) => {
    const reading = readAnswer(question, passages);
    expect(reading.abstained).toBe(false);
    expect(reading.sentences[0]).toMatchObject({ marker, text: sentence });
    if (short !== undefined) expect(reading.short).toBe(short);
  });

  it.each([
    'Who is the chief executive of Contoso?',
    'How do I cancel a subscription?',
    'What is the capital of France?',
    'the of and',
    '',
  ])('abstains from %j', (question) => {
    expect(readAnswer(question, passages)).toMatchObject({ abstained: true, sentences: [] });
  });

  it('answers by the reply to a question that was put before, never by the question', () => {
    const text =
      'Priya: Can the nightly backup be moved? Tom: Not by a setting. Start it from your own scheduler instead. Priya: done.';
    const passage = { marker: '1', title: 'Time of the nightly backup', text };
    const { sentences } = readAnswer('Can I move the nightly backup to noon?', [passage, ...passages]);
    expect(sentences.map((sentence) => sentence.text)).toContain('Start it from your own scheduler instead.');
    for (const sentence of sentences) expect(sentence.text).not.toContain('?');
  });

  it('takes the headings above into account when asked how or why', () => {
    const passage = { marker: '1', text: 'Open the settings and choose another hour. Save.' };
    const asked = 'How can I change the nightly backup time?';
    expect(readAnswer(asked, [passage]).abstained).toBe(true);
    expect(readAnswer(asked, [{ ...passage, section: 'Nightly backup > Change its time' }]).sentences[0]?.text).toBe(
      'Open the settings and choose another hour.',
    );
  });

  it('adds what a second passage says that is nearly as good', () => {
    const said = (marker: string, text: string) => ({ marker, title: 'Nightly backup', text });
    const { sentences } = readAnswer('Why does the nightly backup fail?', [
      said('1', 'The nightly backup fails when the disk is full.'),
      said('2', 'A nightly backup also fails when its folder was moved.'),
      said('3', 'Backup tapes were invented long ago.'),
    ]);
    expect(sentences.map((sentence) => sentence.marker)).toEqual(['1', '2']);
  });

  it('gathers from several passages what one sentence does not hold', () => {
    const reading = readAnswer('How do I reset a password and start an export by hand?', passages, { threshold: 0.3 });
    expect(new Set(reading.sentences.map((sentence) => sentence.marker))).toEqual(new Set(['1', '2']));
  });

  it('leaves out a passage about something else that shares one word of the question', () => {
    const lent = [
      { marker: '1', text: 'Members may borrow three tools for seven days at the counter.' },
      { marker: '2', text: 'Members may borrow nothing while the annual fee is open.' },
      { marker: '3', text: 'In summer members borrow three chairs for days.' },
    ];
    const reading = readAnswer('How do members borrow tools for days at the counter in summer?', lent, {
      threshold: 0.3,
    });
    expect(reading.sentences.map(({ marker }) => marker)).toEqual(['1']);
  });

  it('prefers a sentence that says it to indented code that mentions it', () => {
    const text =
      'Try this:\n\n    exporter run --invoices --night now\n\nInvoices leave by the exporter run of the night.';
    const reading = readAnswer('How do I run the exporter for invoices at night?', [{ marker: '1', text }]);
    expect(reading.sentences.map((sentence) => sentence.text)).toEqual([
      'Invoices leave by the exporter run of the night.',
    ]);
  });

  it('says a repeated sentence once', () => {
    const text = 'To reset a password, open the sign-in page.';
    const twice = ['1', '2'].map((marker) => ({ marker, text }));
    expect(readAnswer('How do I reset my password?', twice).sentences).toHaveLength(1);
  });

  it('quotes verbatim, from one to four sentences, whatever the passages are', () => {
    const piece = fc.oneof(
      fc.constantFrom(...passages.map((passage) => passage.text), 'export', '\n', '. ', '| a | b |\n', '🙂 '),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(piece, { maxLength: 8 }), { maxLength: 4 }),
        fc.string({ maxLength: 40 }),
        (texts, noise) => {
          const given = texts.map((pieces, i) => ({ marker: String(i + 1), text: pieces.join('') }));
          const reading = readAnswer(`How do exports run? ${noise}`, given, { threshold: 0.1 });
          expect(reading.sentences.length).toBeLessThanOrEqual(4);
          expect(reading.abstained).toBe(reading.sentences.length === 0);
          for (const sentence of reading.sentences) {
            const passage = given.find((one) => one.marker === sentence.marker);
            expect(passage?.text.slice(sentence.start, sentence.end)).toBe(sentence.text);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('answers by the sentence under a heading, never by the heading', () => {
    const text = '# Handbook\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30.\n';
    const reading = readAnswer('Opening hours?', [{ marker: '1', text }]);
    expect(reading.sentences.map((sentence) => sentence.text)).toEqual([
      'The workshop is open on weekdays from 8:00 to 17:30.',
    ]);
    expect(readAnswer('Opening hours?', [{ marker: '1', text: '## Opening hours\n' }]).abstained).toBe(true);
  });
});
