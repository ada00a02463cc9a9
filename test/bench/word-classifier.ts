import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { classifyByWords } from '../../app/core/text/word-classifier.ts';
import { type BenchOptions, type BenchReport, requireData } from './report.ts';

interface Ticket {
  text: string;
  label: string;
}

const LABELS = 8;

/** The built-in word classifier on the coffee tickets that bear exactly one of the eight commonest tags. */
export async function wordClassifier(options: BenchOptions): Promise<BenchReport> {
  const threads = readFileSync(join(requireData(options), 'B/tickets-coffee-stackexchange/threads.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { title: string; body: string; tags: string[] });
  const counts = new Map<string, number>();
  for (const { tags } of threads) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const names = [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, LABELS)
    .map(([name]) => name);
  const tickets = threads.flatMap(({ title, body, tags }): Ticket[] => {
    const [label, ...more] = tags.filter((tag) => names.includes(tag));
    return label !== undefined && more.length === 0 ? [{ text: `${title} ${body}`, label }] : [];
  });
  const figures = [0, 3, 5].flatMap((examples) => judged(tickets, names, examples));
  return {
    figures,
    remarks: [
      '',
      'The first tickets of each label are its examples, the rest are asked. Without examples only the name is known.',
    ],
  };
}

function judged(tickets: readonly Ticket[], names: readonly string[], examples: number) {
  const samples = names.map((name) => ({ name, texts: [name.replaceAll('-', ' ')] }));
  const asked: Ticket[] = [];
  for (const ticket of tickets) {
    const texts = samples.find(({ name }) => name === ticket.label)?.texts;
    if (texts !== undefined && texts.length <= examples) texts.push(ticket.text);
    else asked.push(ticket);
  }
  const right = asked.filter(({ text, label }) => classifyByWords(text, samples)[0]?.label === label).length;
  const commonest = Math.max(...names.map((name) => asked.filter(({ label }) => label === name).length));
  const share = (count: number) => (100 * count) / asked.length;
  return [
    { name: `${examples} examples a label, ${asked.length} asked`, value: share(right), unit: '% right' },
    { name: `… always the commonest label`, value: share(commonest), unit: '% right' },
  ];
}
