import * as z from 'zod';
import { PriceFile } from '../budget/prices.ts';
import { EventLine } from '../contracts/run-signal.ts';
import { Cassette } from '../run/cassette.ts';
import { WorkspaceConfig } from '../workspace/workspace-config.ts';
import { Workflow } from './workflow.ts';

type JsonSchema = { [key: string]: unknown };

function published(schema: z.ZodType, title: string, description: string, io: 'input' | 'output'): JsonSchema {
  return { title, description, ...z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'ref' }) };
}

/** The JSON Schemas that are published, by the name that `pipewright schema` knows. Made from the schemas that read the files. */
export function publishedSchemas(): {
  workflow: JsonSchema;
  workspace: JsonSchema;
  prices: JsonSchema;
  events: JsonSchema;
  cassette: JsonSchema;
} {
  return {
    workflow: published(Workflow, 'Pipewright workflow', 'A workflow file of Pipewright (*.flow.json).', 'input'),
    workspace: published(WorkspaceConfig, 'Pipewright workspace', 'pipewright.json: what a workspace is.', 'input'),
    prices: published(PriceFile, 'Pipewright prices', 'prices.json: what models cost.', 'input'),
    cassette: published(Cassette, 'Pipewright cassette', 'A run kept for tests (*.cassette.json).', 'input'),
    events: published(EventLine, 'Pipewright run event', 'One line of `pipewright run --events`.', 'output'),
  };
}
