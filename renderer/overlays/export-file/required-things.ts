import type { Requires } from '../../../app/core/export/exported-workflow.ts';
import { t } from '../../strings/text.ts';
import { askedFor } from './asked-for.ts';

/** What whoever runs an exported workflow must supply, each in words. */
export function requiredThings({
  profiles,
  secrets,
  collections,
  tables,
  documents,
  grants,
  abilities,
}: Requires): string[] {
  return [
    ...profiles.filter(({ builtIn }) => !builtIn).map(profileWords),
    ...secrets.map((name) => t('requires.secret', { name })),
    ...collections.map(({ name, documents: files }) => t('requires.collection', { name, files: files.join(', ') })),
    ...tables.map(({ name, file }) => t('requires.table', { name, file })),
    ...documents.map((pattern) => t('requires.documents', { pattern })),
    ...grants.map(askedFor),
    ...(abilities.includes('code') ? [t('requires.code')] : []),
  ];
}

/** Whom a profile asks. */
export function profileWords({ name, model, provider, origin }: Requires['profiles'][number]): string {
  return t('requires.profile', { name, model, at: origin ?? provider });
}
