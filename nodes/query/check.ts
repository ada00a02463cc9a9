import { type Check, type CheckFinding, didYouMean } from '../../app/core/nodekit/index.ts';
import type { query } from './manifest.ts';
import { readSql } from './read-sql.ts';

export const check: Check<typeof query> = ({ sql, params }) => {
  const { verbs, params: used, otherParams } = readSql(sql);
  const findings: CheckFinding[] = [];
  const error = (message: string, remedy: string) =>
    findings.push({ severity: 'error', field: 'sql', message, remedy });

  if (verbs.length !== 1) error(`There are ${verbs.length} statements, and a query is one.`, 'Write one SELECT.');
  const verb = verbs.find((word) => word !== 'select' && word !== 'with');
  if (verb !== undefined)
    error(`The statement begins with “${verb.slice(0, 40)}”; a query only reads.`, 'Begin with SELECT or WITH.');
  if (otherParams.length > 0) error(`“${otherParams[0]}” is no parameter with a name.`, 'Write :name.');
  for (const name of used.filter((used) => !params.includes(used))) {
    error(
      `“:${name}” is not among the parameters.${didYouMean(name, params)}`,
      `Add “${name}” to \`params\` and wire it.`,
    );
  }
  for (const name of params.filter((param) => !used.includes(param))) {
    findings.push({
      severity: 'warning',
      field: 'params',
      message: `The SQL does not use “:${name}”.`,
      remedy: 'Use it, or remove it.',
    });
  }
  return findings;
};
