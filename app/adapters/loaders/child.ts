import { answerQuestions } from '../contained/answer-questions.ts';
import type { ParsedFile } from './parsed-file.ts';

/** The program that parses documents: started by loaders.ts without rights, one parser loaded when it is first needed. */
await answerQuestions(async ({ parser }, bytes): Promise<ParsedFile> => {
  switch (parser) {
    case 'html':
      return (await import('./parse-html.ts')).parseHtml(bytes);
    case 'pdf':
      return (await import('./parse-pdf.ts')).parsePdf(bytes);
    case 'docx':
      return (await import('./parse-docx.ts')).parseDocx(bytes);
    case 'mail':
      return (await import('./parse-mail.ts')).parseMail(bytes);
    case 'json':
      return (await import('./parse-records.ts')).parseJson(bytes);
    case 'jsonl':
      return (await import('./parse-records.ts')).parseJsonLines(bytes);
    case 'csv':
      return (await import('./parse-records.ts')).parseCsvDocument(bytes);
    default:
      throw new Error(`no parser ${String(parser)}`);
  }
});
