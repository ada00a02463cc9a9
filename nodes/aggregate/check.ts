import type { Check, CheckFinding } from '../../app/core/nodekit/index.ts';
import { checkExpression } from '../../app/core/template/check-source.ts';
import type { aggregate } from './manifest.ts';

export const check: Check<typeof aggregate> = ({ value, key, where, columns, variables }) => {
  const known = ['item', 'index', ...variables];
  const findings: CheckFinding[] = [
    ...checkExpression(value, known, 'value'),
    ...checkExpression(key, known, 'key'),
    ...(where === undefined ? [] : checkExpression(where, known, 'where')),
    ...(columns ?? []).flatMap((column, i) => checkExpression(column.value, known, `columns[${i}].value`)),
  ];
  // A reserved name is reported once, not once for each expression.
  return findings.filter(
    ({ field, message }, i) => findings.findIndex((one) => one.field === field && one.message === message) === i,
  );
};
