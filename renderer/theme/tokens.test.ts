import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Rgb = [number, number, number];

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');

/** The light and the dark value of a colour, as [red, green, blue, opacity]. */
function token(name: string): [number[], number[]] {
  const value = css.match(new RegExp(`--${name}: light-dark\\((.+)\\);`))?.[1] ?? '';
  const [light = [], dark = []] = [...value.matchAll(/#([0-9a-f]{6})|rgb\((\d+) (\d+) (\d+) \/ (\d+)%\)/g)].map(
    ([, hex, ...parts]) =>
      hex
        ? [...[0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)), 1]
        : [...parts.slice(0, 3).map(Number), Number(parts[3]) / 100],
  );
  return [light, dark];
}

function over(top: number[], ground: number[]): Rgb {
  const [alpha = 1] = top.slice(3);
  return [0, 1, 2].map((i) => (top[i] ?? 0) * alpha + (ground[i] ?? 0) * (1 - alpha)) as Rgb;
}

/** Relative luminance, WCAG 2.2. */
function luminance(color: Rgb): number {
  const [r, g, b] = color.map((part) => {
    const share = part / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Rgb, b: Rgb): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

describe('text can be read (WCAG 2.2, 1.4.3: at least 4.5 to 1)', () => {
  const grounds = ['bg', 'surface', 'surface-raised', 'surface-sunken', 'accent-soft'];
  const cases = ['text', 'text-soft', 'text-faint'].flatMap((text) => grounds.map((ground) => [text, ground] as const));
  it.each(cases)('%s on %s, also under the pointer, in both themes', (text, ground) => {
    for (const theme of [0, 1] as const) {
      const plain = over(token(ground)[theme], [0, 0, 0]);
      const ink = over(token(text)[theme], plain);
      expect(contrast(ink, plain)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(ink, over(token('hover')[theme], plain))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(['accent', 'danger', 'warning', 'success', 'info'])('%s on every surface', (text) => {
    for (const ground of ['bg', 'surface', 'surface-raised', `${text}-soft`])
      for (const theme of [0, 1] as const)
        expect(
          contrast(over(token(text)[theme], [0, 0, 0]), over(token(ground)[theme], [0, 0, 0])),
        ).toBeGreaterThanOrEqual(4.5);
  });
});
