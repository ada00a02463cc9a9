import * as z from 'zod';
import { Workflow } from '../graph/workflow.ts';
import { Nothing, procedure } from './procedure.ts';

const TemplateItem = z.strictObject({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  nodes: z.int(),
});
export type TemplateItem = z.infer<typeof TemplateItem>;

/** Ready-made workflows of this release; `workflow.create` makes a file of one. */
export const templateContract = {
  list: procedure.input(Nothing).output(z.array(TemplateItem)),
  read: procedure
    .input(z.strictObject({ id: z.string().min(1).max(100) }))
    .output(z.strictObject({ workflow: Workflow })),
};
