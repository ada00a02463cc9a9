import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readWorkflow } from '../../app/core/graph/read-workflow.ts';
import { registry } from '../../nodes/registry.ts';
import { workflowPicture } from './workflow-picture.ts';

/** A picture of each template, beside its README. */
export function templatePictures(): { [file: string]: string } {
  const files = globSync('workflows/templates/*/workflows/*.flow.json').sort();
  return Object.fromEntries(
    files.map((file) => {
      const { workflow } = readWorkflow(readFileSync(file, 'utf8'), registry, file);
      const template = basename(file, '.flow.json');
      return [join('workflows/templates', template, 'picture.svg'), workflowPicture(workflow, registry)];
    }),
  );
}
