import { readerQuality, readerQualityTable } from './reader-quality.ts';
import { type BenchOptions, type BenchReport, requireData } from './report.ts';

/** The built-in extractive reader beside answering with the first sentence and beside saying nothing. */
export async function reader(options: BenchOptions): Promise<BenchReport> {
  const rows = readerQuality(requireData(options));
  return {
    figures: rows
      .filter(({ set }) => set.endsWith('(all)'))
      .map(({ set, answerer, overall }) => ({ name: `${set}: ${answerer}`, value: overall * 100, unit: '% right' })),
    remarks: [
      '',
      'Right is a right answer where the passages hold one, and an abstention where they do not. The odd halves are the fair figures: thresholds were chosen on the even ones.',
      '',
      readerQualityTable(rows),
    ],
    details: rows,
  };
}
