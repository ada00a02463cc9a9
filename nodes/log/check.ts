import type { Check } from '../../app/core/nodekit/index.ts';
import { checkTemplate } from '../../app/core/template/check-source.ts';
import type { log } from './manifest.ts';

export const check: Check<typeof log> = ({ message, variables }) =>
  checkTemplate(message, ['value', ...variables], 'message');
