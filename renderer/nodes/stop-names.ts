import { type Mark, termsOf } from '../state/debugging.ts';
import type { Doc } from '../state/document.ts';
import { shownName } from '../state/graph-queries.ts';
import { type ItemRef, itemOf } from '../state/items.ts';
import { nodeIn, turnsOf } from '../state/stops.ts';
import { t } from '../strings/text.ts';
import { titleOfType } from './node-types.ts';

/** What a person calls the place of a breakpoint: a node, or a wire by what it joins. */
export function placeName(doc: Doc, ref: ItemRef): string {
  const { kind, id } = itemOf(ref);
  const edge = kind === 'edge' ? doc.edges.get(id) : undefined;
  if (!edge) return shownName(doc, id, titleOfType);
  return t('debug.wire', {
    from: shownName(doc, edge.from.node, titleOfType),
    to: shownName(doc, edge.to.node, titleOfType),
    port: edge.to.port,
  });
}

/** What a person calls a step: its node, and which turn of a container it is. */
export function stepName(doc: Doc, step: string): string {
  const node = nodeIn(doc, step);
  const turns = turnsOf(step);
  const name = node === undefined ? step : shownName(doc, node, titleOfType);
  return turns.length === 0 ? name : t('debug.turn', { name, turn: turns.join('.') });
}

/** When a breakpoint stops, in a few words; empty when it always does. */
export function termsWords(mark: Mark): string {
  const { when } = termsOf(mark);
  const counted = mark.count === 'always' ? [] : [t(`debug.terms.${mark.count}`, { times: mark.times })];
  return [...counted, ...(when === undefined ? [] : [t('debug.terms.when', { when })])].join(', ');
}

/** What a breakpoint does, in a sentence. */
export function markWords(mark: Mark): string {
  const terms = termsWords(mark);
  const words = terms === '' ? t('node.mark.breakpoint') : `${t('node.mark.breakpoint')} (${terms})`;
  return mark.enabled ? words : t('debug.off', { words });
}
