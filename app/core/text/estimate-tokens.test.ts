import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, it } from 'vitest';
import { estimateTokens } from './estimate-tokens.ts';

const samples: [string, string, number][] = [
  [
    'English',
    'The export runs every night. If it fails, an administrator is told by e-mail, and the next run starts where the last one stopped.',
    0.12,
  ],
  [
    'Markdown',
    '## Limits\n\n- At most **5,000** nodes per workflow\n- Files up to 10 MB (see `limits.md`)\n\n| key | value |\n|---|---|\n| depth | 64 |\n',
    0.3,
  ],
  ['code', 'export function add(a: number, b: number): number {\n  const result = a + b;\n  return result;\n}\n', 0.3],
  ['German', 'Die Rechnungen werden jede Nacht verschickt, sofern die Buchhaltung sie vorher freigegeben hat.', 0.3],
  ['Chinese', '这个系统每天晚上自动导出所有的发票，并且在失败的时候通知管理员。', 0.5],
  ['Russian', 'Система каждую ночь выгружает счета и сообщает администратору об ошибках.', 0.35],
];

it.each(samples)('%s is estimated near the count of o200k_base', (_, text, tolerance) => {
  const exact = countTokens(text);
  expect(Math.abs(estimateTokens(text) - exact) / exact).toBeLessThan(tolerance);
});

it('is zero for nothing, deterministic, and grows with the text', () => {
  expect(estimateTokens('')).toBe(0);
  let before = 0;
  for (let n = 1; n <= 20; n += 1) {
    const tokens = estimateTokens('some words of a text. '.repeat(n));
    expect(tokens).toBeGreaterThan(before);
    before = tokens;
  }
});
