import { publishedSchemas } from '../../app/core/graph/workflow-schema.ts';
import { commandReference } from './command-reference.ts';
import { errorReference } from './error-reference.ts';
import { templatePictures } from './template-pictures.ts';

/** Every generated file of the repository with the text that it must have. */
export function generatedFiles(): { [file: string]: string } {
  const { workflow, workspace, prices, events, cassette } = publishedSchemas();
  const json = (schema: unknown) => `${JSON.stringify(schema, null, 2)}\n`;
  return {
    'docs/cli.md': commandReference(),
    'docs/errors.md': errorReference(),
    'workflows/schema/workflow.schema.json': json(workflow),
    'workflows/schema/workspace.schema.json': json(workspace),
    'workflows/schema/prices.schema.json': json(prices),
    'workflows/schema/run-event.schema.json': json(events),
    'workflows/schema/cassette.schema.json': json(cassette),
    ...templatePictures(),
  };
}
