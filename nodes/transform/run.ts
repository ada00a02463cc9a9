import type { Run } from '../../app/core/nodekit/index.ts';
import { compileExpression } from '../../app/core/template/expression.ts';
import { compileTemplate } from '../../app/core/template/template.ts';
import type { transform } from './manifest.ts';

export const run: Run<typeof transform> = ({ config, ports }) => ({
  value:
    config.language === 'cel'
      ? compileExpression(config.expression).evaluate(ports)
      : compileTemplate(config.expression).render(ports),
});
