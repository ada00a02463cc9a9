import { type Check, type CheckFinding, isAppError, isJsonObject } from '../../app/core/nodekit/index.ts';
import { compileJsonSchema } from '../../app/core/text/json-schema.ts';
import type { model } from './manifest.ts';

export const check: Check<typeof model> = async (config, { connected }) => {
  const findings: CheckFinding[] = [];
  if (config.citations === 'json' && !connected.has('context')) {
    findings.push({
      severity: 'warning',
      field: 'citations',
      message: 'Citations cannot be led back to their sources: nothing is wired to the port context.',
      remedy: 'Wire the context that the prompt was built from, or set citations to none.',
    });
  }
  if (config.schema !== null) {
    try {
      await compileJsonSchema(config.schema);
    } catch (thrown) {
      if (!isAppError(thrown)) throw thrown;
      findings.push({
        severity: 'error',
        field: 'schema',
        message: thrown.message,
        ...(thrown.remedy !== undefined && { remedy: thrown.remedy }),
      });
    }
  }
  const properties = config.schema?.['properties'];
  if (
    config.citations === 'json' &&
    config.schema !== null &&
    !(isJsonObject(properties) && 'citations' in properties)
  ) {
    findings.push({
      severity: 'error',
      field: 'schema',
      message: 'With citations as JSON the schema must have the property `citations`.',
      remedy: 'Add it, an array of { marker, quote }, or leave the schema out to use the built-in one.',
    });
  }
  return findings;
};
