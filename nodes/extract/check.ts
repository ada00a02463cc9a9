import { citedSchema } from '../../app/core/asking/cited-schema.ts';
import { type Check, type CheckFinding, isAppError, isJsonObject } from '../../app/core/nodekit/index.ts';
import { compileJsonSchema } from '../../app/core/text/json-schema.ts';
import type { extract } from './manifest.ts';

export const check: Check<typeof extract> = async ({
  schema,
  mode,
  cite,
  onUncited,
  key,
  partTokens,
  overlapTokens,
}) => {
  const findings: CheckFinding[] = [];
  try {
    await compileJsonSchema(schema);
    await compileJsonSchema(citedSchema(schema, { list: mode === 'list', cite }));
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    const { message, remedy } = thrown;
    findings.push({ severity: 'error', field: 'schema', message, ...(remedy !== undefined && { remedy }) });
  }
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : undefined;
  for (const field of key) {
    if (mode === 'list' && (properties === undefined || Object.hasOwn(properties, field))) continue;
    findings.push({
      severity: 'warning',
      field: 'key',
      message:
        mode === 'list'
          ? `The schema has no property “${field}”, so no item is told apart by it.`
          : 'A key is used with mode list only.',
      remedy: mode === 'list' ? 'Name properties of the schema.' : 'Take it out, or set mode to list.',
    });
  }
  if (onUncited === 'reask' && !cite) {
    findings.push({
      severity: 'warning',
      field: 'onUncited',
      message: 'Without cite no words are looked up, so nothing is asked for again because of them.',
      remedy: 'Set cite to true.',
    });
  }
  if (partTokens > 0 && overlapTokens >= partTokens) {
    findings.push({
      severity: 'warning',
      field: 'overlapTokens',
      message: 'Parts would share nearly everything with the one before them.',
      remedy: 'Make the overlap a tenth of a part or so.',
    });
  }
  return findings;
};
