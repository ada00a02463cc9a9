import type { Check } from '../../app/core/nodekit/index.ts';
import { checkExpression, checkTemplate } from '../../app/core/template/check-source.ts';
import type { transform } from './manifest.ts';

export const check: Check<typeof transform> = ({ language, expression, variables }) => {
  const known = ['value', ...variables];
  return language === 'cel'
    ? checkExpression(expression, known, 'expression')
    : checkTemplate(expression, known, 'expression');
};
