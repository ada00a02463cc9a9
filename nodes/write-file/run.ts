import { AppError, isAppError, isJsonObject, type Json, type Run } from '../../app/core/nodekit/index.ts';
import { compileTemplate } from '../../app/core/template/template.ts';
import { csvText } from '../../app/core/text/csv-text.ts';
import type { writeFile } from './manifest.ts';

const dataUrl = /^data:[^,]{0,200};base64,([A-Za-z0-9+/]*={0,2})$/;

export const run: Run<typeof writeFile> = async ({ config, inputs, ports }, { cap, detail, step }) => {
  const where = `node ${step.nodeId}`;
  const values = Object.fromEntries(config.variables.map((name) => [name, nameOf(ports[name])]));
  const { folder, mode } = config;
  const content = contentOf(inputs.content, config.format, mode, `${where}, port content`);
  const { path, bytes, written } = await cap.files.write({
    folder,
    path: fileName(config.file, values, where),
    mode,
    content,
  });
  detail({ path, bytes, mode, ...(!written && { doneBefore: true }) });
  return { path, bytes };
};

function fileName(template: string, values: { [name: string]: string }, where: string): string {
  try {
    return compileTemplate(template).render(values);
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    const { code, message, remedy, data, cause } = thrown;
    throw new AppError(code, { message, where: `${where}, file`, remedy, data, cause });
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be found
const unfit = /[\u0000-\u001f\u007f/\\:*?"<>|]/g;

/** A value as one part of a file's name: it can lead nowhere, and hides nothing. */
function nameOf(value: Json | Json[] | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  const name = text
    .normalize('NFC')
    .replace(/\p{Surrogate}/gu, '_')
    .replace(unfit, '_')
    .slice(0, 120);
  return name.replace(/^\.+/, '_').replace(/[. ]+$/, '') || '_';
}

/** @throws AppError file.content */
function contentOf(value: Json, format: string, mode: string, where: string): { text: string } | { base64: string } {
  switch (format) {
    case 'json':
      return { text: `${JSON.stringify(value, null, 2)}\n` };
    case 'lines':
      return { text: (Array.isArray(value) ? value : [value]).map((item) => `${JSON.stringify(item)}\n`).join('') };
    case 'csv':
      return { text: csvText(rowsOf(value, mode !== 'append', where)) };
    case 'text':
      return { text: typeof value === 'string' ? value : JSON.stringify(value) };
    default: {
      const base64 = typeof value === 'string' ? dataUrl.exec(value)?.[1] : undefined;
      if (base64 !== undefined) return { base64 };
      return { text: typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n` };
    }
  }
}

/** Objects as rows under the names of all their members, a table under its columns; lists as they are. */
function rowsOf(value: Json, withHeads: boolean, where: string): (Json | undefined)[][] {
  const table =
    isJsonObject(value) && Array.isArray(value['columns']) && Array.isArray(value['rows']) ? value : undefined;
  const rows = (table?.['rows'] ?? (Array.isArray(value) ? value : [value])) as Json[];
  if (table === undefined && rows.every(Array.isArray)) return rows as Json[][];
  if (rows.every(isJsonObject)) {
    const names = (table?.['columns'] as string[] | undefined) ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const lines = rows.map((row) => names.map((name) => (Object.hasOwn(row, name) ? row[name] : undefined)));
    return withHeads ? [names, ...lines] : lines;
  }
  throw new AppError('file.content', {
    message: 'CSV is made of a list of objects, a list of lists, or a table.',
    where,
    remedy: 'Bring the value into that form with a transform, or write it as JSON.',
  });
}
