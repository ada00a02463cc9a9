import { jsonTextDepth } from '../../app/core/graph/json.ts';
import { AppError, isJsonObject, type Json, type JsonObject, type Run } from '../../app/core/nodekit/index.ts';
import { compileJsonPath } from '../../app/core/text/json-path.ts';
import { compileRegex } from '../../app/core/text/regex.ts';
import {
  lineEnds,
  matches,
  occurrences,
  type Span,
  splitAt,
  splitBySize,
  trimmed,
} from '../../app/core/text/split-text.ts';
import type { split } from './manifest.ts';

/** Deeper JSON in a text is refused before it is parsed. */
const MOST_DEPTH = 200;

interface Source {
  text: string;
  /** Where each page begins. */
  pages: number[] | undefined;
}

export const run: Run<typeof split> = ({ config, inputs }, { cap, detail, signal, step }) => {
  const { by, maxParts } = config;
  const parts: Json[] = [];
  const spans: JsonObject[] = [];
  const add = (part: Json) => {
    if (parts.length >= maxParts) {
      throw new AppError('split.limit', {
        message: `There are more than ${maxParts} parts.`,
        where: `node ${step.nodeId}`,
        remedy: 'Split into larger parts, or raise maxParts.',
      });
    }
    parts.push(part);
  };

  if (by === 'items') {
    if (!Array.isArray(inputs.value)) throw unfit('a list', inputs.value);
    for (let at = 0; at < inputs.value.length; at += config.size) add(inputs.value.slice(at, at + config.size));
  } else if (by === 'path') {
    for (const found of compileJsonPath(config.path ?? '$').select(asJson(inputs.value))) add(found);
  } else {
    const list = Array.isArray(inputs.value) ? inputs.value : [inputs.value];
    const cut = cutter();
    for (const [source, item] of list.entries()) {
      signal.throwIfAborted();
      const given = asSource(item);
      for (const whole of cut(given)) {
        const span = config.trim ? trimmed(given.text, whole) : whole;
        if (config.dropEmpty && span.start === span.end) continue;
        add(given.text.slice(span.start, span.end));
        const page = pageOf(given, span.start);
        spans.push({ source, start: span.start, end: span.end, ...(page !== undefined && { page }) });
      }
    }
  }
  detail({ by, parts: parts.length });
  return { parts, spans, count: parts.length };

  function cutter(): (source: Source) => Span[] {
    const { separator, keep, size, overlap, unit, pattern, ignoreCase } = config;
    switch (by) {
      case 'regex': {
        const regex = compileRegex(pattern ?? '', { ignoreCase });
        return ({ text }) => splitAt(text, matches(text, regex, maxParts + 1), keep);
      }
      case 'lines':
        return ({ text }) => splitAt(text, lineEnds(text), 'none');
      case 'pages':
        return ({ text, pages }) =>
          pages === undefined ? splitAt(text, occurrences(text, '\f'), 'none') : ranges(text, pages);
      case 'size': {
        if (unit === 'characters') return ({ text }) => splitBySize(text, { size, overlap });
        const measure = unit === 'words' ? () => 1 : (piece: string) => cap.tokenizer.count(piece);
        return ({ text }) => splitBySize(text, { size, overlap }, measure);
      }
      default:
        return ({ text }) => splitAt(text, occurrences(text, separator), keep);
    }
  }

  function asSource(value: Json): Source {
    if (typeof value === 'string') return { text: value, pages: undefined };
    if (isJsonObject(value) && typeof value['text'] === 'string') {
      const pages = Array.isArray(value['pages'])
        ? value['pages'].filter((page) => typeof page === 'number')
        : undefined;
      return { text: value['text'], pages: pages?.length ? pages : undefined };
    }
    throw unfit('a text or a document', value);
  }

  function asJson(value: Json): Json {
    if (typeof value !== 'string') return value;
    try {
      if (jsonTextDepth(value, MOST_DEPTH) <= MOST_DEPTH) return JSON.parse(value);
    } catch {
      // Said below, as of any other text.
    }
    throw unfit('JSON', value);
  }

  function unfit(what: string, value: Json): AppError {
    const is = value === null ? 'nothing' : Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
    return new AppError('split.value', {
      message: `To split by ${by}, the value must be ${what}; it is ${is}.`,
      where: `node ${step.nodeId}, port value`,
      remedy: 'Wire what it needs, put a transform in between, or split by something else.',
    });
  }
};

function ranges(text: string, pages: readonly number[]): Span[] {
  return pages.map((start, i) => ({ start, end: pages[i + 1] ?? text.length }));
}

function pageOf({ pages }: Source, at: number): number | undefined {
  if (pages === undefined) return undefined;
  const page = pages.findLastIndex((start) => start <= at);
  return page === -1 ? undefined : page + 1;
}
