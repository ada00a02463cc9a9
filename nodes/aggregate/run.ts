import {
  AppError,
  canonicalJson,
  isJsonObject,
  type Json,
  type JsonObject,
  type Run,
  type Scalar,
  type Table,
} from '../../app/core/nodekit/index.ts';
import { compileExpression, type Expression, listPurse } from '../../app/core/template/expression.ts';
import { type Figure, figureOf } from './figures.ts';
import type { aggregate } from './manifest.ts';

interface Item {
  item: Json;
  index: number;
}

const MOST_COLUMNS = 500;

export const run: Run<typeof aggregate> = ({ config, inputs, ports }, { detail, signal, step }) => {
  const purse = listPurse();
  const variables: { [name: string]: Json } = {};
  for (const name of config.variables) if (ports[name] !== undefined) variables[name] = ports[name];
  const skipped: JsonObject[] = [];
  const ask = (expression: Expression, { item, index }: Item): Json => {
    if (index % 1024 === 0) signal.throwIfAborted();
    return expression.evaluate({ ...variables, item, index }, purse);
  };
  const items = wanted();
  const result = make();
  detail({ operation: config.operation, items: items.length, skipped: skipped.length });
  return { result, count: items.length - skipped.length, skipped };

  function wanted(): Item[] {
    const all = inputs.items.flatMap((value) => (Array.isArray(value) ? value : [value]));
    if (all.length > config.maxItems) {
      throw new AppError('aggregate.limit', {
        message: `There are ${all.length} items; at most ${config.maxItems} are taken.`,
        where: `node ${step.nodeId}, port items`,
        remedy: 'Split the list before, or raise maxItems.',
      });
    }
    const list = all.map((item, index) => ({ item, index }));
    if (config.where === undefined) return list;
    const where = compileExpression(config.where);
    return list.filter((one) => {
      const holds = ask(where, one);
      if (typeof holds === 'boolean') return holds;
      throw unfit('where', one, 'true or false', holds);
    });
  }

  function make(): Json | undefined {
    switch (config.operation) {
      case 'join':
        return texts(items).join(config.separator);
      case 'group':
        return groups();
      case 'dedupe':
        return distinct();
      case 'top':
        return top();
      case 'table':
        return table() as unknown as Json;
      case 'count':
        return items.length;
      default:
        return figure(config.operation, items);
    }
  }

  /** Values that fit, in order; what does not fit fails or is noted. */
  function values<T extends Json>(list: readonly Item[], what: string, fits: (value: Json) => T | undefined): T[] {
    const expression = compileExpression(config.value);
    return list.flatMap((one) => {
      const value = ask(expression, one);
      const fitting = fits(value);
      if (fitting !== undefined) return [fitting];
      if (config.onUnfit === 'fail') throw unfit('value', one, what, value);
      skipped.push({ index: one.index, reason: `not ${what}` });
      return [];
    });
  }

  function texts(list: readonly Item[]): string[] {
    return values(list, 'a text', (value) =>
      typeof value === 'string' ? value : value === null ? undefined : canonicalJson(value),
    );
  }

  function figure(name: Figure, list: readonly Item[]): number | undefined {
    const numbers = values(list, 'a number', (value) => (typeof value === 'number' ? value : undefined));
    const value = figureOf(name, numbers);
    if (value === undefined || Number.isFinite(value)) return value;
    throw new AppError('aggregate.value', {
      message: `The ${name} is larger than a number can be.`,
      where: `node ${step.nodeId}`,
      remedy: 'Look for a value that is far too large.',
    });
  }

  function groups(): Json[] {
    const key = compileExpression(config.key);
    const found = new Map<string, { key: Json; items: Item[] }>();
    for (const one of items) {
      const value = ask(key, one);
      const name = canonicalJson(value);
      const group = found.get(name);
      if (group) group.items.push(one);
      else found.set(name, { key: value, items: [one] });
    }
    return [...found.values()].map((group) => {
      const value = ofGroup(group.items);
      return { key: group.key, count: group.items.length, ...(value !== undefined && { value }) };
    });
  }

  function ofGroup(list: readonly Item[]): Json | undefined {
    if (config.each === 'join') return texts(list).join(config.separator);
    if (config.each === 'count') return list.length;
    if (config.each !== 'list') return figure(config.each, list);
    const expression = compileExpression(config.value);
    return list.map((one) => ask(expression, one));
  }

  function distinct(): Json[] {
    const key = compileExpression(config.key);
    const seen = new Set<string>();
    return items.flatMap((one) => {
      const name = canonicalJson(ask(key, one));
      if (seen.has(name)) return [];
      seen.add(name);
      return [one.item];
    });
  }

  /** Equal ones in the order in which they came. */
  function top(): Json[] {
    const ranked = items.flatMap((one) => values([one], 'a number or a text', rankable).map((rank) => ({ one, rank })));
    const kinds = new Set(ranked.map(({ rank }) => typeof rank));
    if (kinds.size > 1) {
      throw new AppError('aggregate.value', {
        message: 'Some items are ranked by a number and some by a text.',
        where: `node ${step.nodeId}, config.value`,
        remedy: 'Make all of them numbers, double(item.x), or all texts, string(item.x).',
      });
    }
    const sign = config.order === 'ascending' ? 1 : -1;
    ranked.sort((a, b) => sign * compare(a.rank, b.rank) || a.one.index - b.one.index);
    return ranked.slice(0, config.n).map(({ one }) => one.item);
  }

  function table(): Table {
    const { columns } = config;
    if (columns !== undefined) {
      const compiled = columns.map(({ name, value }) => ({ name, expression: compileExpression(value) }));
      const rows = items.map((one) =>
        Object.fromEntries(compiled.map(({ name, expression }) => [name, cell(ask(expression, one))])),
      );
      return { columns: columns.map(({ name }) => name), rows, truncated: false };
    }
    const names = new Set<string>();
    const rows = items.flatMap((one) => {
      if (!isJsonObject(one.item)) {
        if (config.onUnfit === 'fail') throw unfit('columns', one, 'an object', one.item);
        skipped.push({ index: one.index, reason: 'not an object' });
        return [];
      }
      const entries = Object.entries(one.item).filter(([, value]) => isScalar(value));
      for (const [name] of entries) names.add(name);
      return [Object.fromEntries(entries) as { [name: string]: Scalar }];
    });
    if (names.size > MOST_COLUMNS) {
      throw new AppError('aggregate.limit', {
        message: `The items have ${names.size} fields between them; a table takes ${MOST_COLUMNS}.`,
        where: `node ${step.nodeId}`,
        remedy: 'Name the columns that are wanted.',
      });
    }
    const all = [...names];
    const whole = rows.map((row) =>
      Object.fromEntries(all.map((name) => [name, Object.hasOwn(row, name) ? (row[name] as Scalar) : null])),
    );
    return { columns: all, rows: whole, truncated: false };
  }

  function unfit(field: string, { index }: Item, what: string, value: Json): AppError {
    return new AppError('aggregate.value', {
      message: `Item ${index + 1} gives ${JSON.stringify(value).slice(0, 100)}, not ${what}.`,
      where: `node ${step.nodeId}, config.${field}`,
      remedy: 'Correct the expression, leave such items out with `where`, or skip them with onUnfit: skip.',
    });
  }
};

function rankable(value: Json): number | string | undefined {
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
}

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isScalar(value: Json): value is Scalar {
  return value === null || typeof value !== 'object';
}

/** What a table holds is plain: lists and objects become their JSON text. */
function cell(value: Json): Scalar {
  return isScalar(value) ? value : canonicalJson(value);
}
