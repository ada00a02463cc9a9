import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../app/core/errors/error-codes.ts';
import { Workflow } from '../app/core/graph/workflow.ts';
import { compileJsonSchema } from '../app/core/text/json-schema.ts';
import { generatedFiles } from './generated/generated-files.ts';

describe('generated files', () => {
  for (const [file, text] of Object.entries(generatedFiles())) {
    it(`${file} is up to date (node scripts/write-generated.ts)`, () => {
      expect(readFileSync(file, 'utf8')).toBe(text);
    });
  }

  it('names every command, option and error code', () => {
    const { 'docs/cli.md': cli = '', 'docs/errors.md': errors = '' } = generatedFiles();
    for (const word of ['### run', '### review decide', '### runs purge', '--edit <step.port=value>', '| 130 |'])
      expect(cli).toContain(word);
    for (const code of Object.keys(errorCodes)) expect(errors).toContain(`\`${code}\``);
  });

  it('publishes a schema that takes what the reader takes, and refuses what it refuses', async () => {
    const schema = JSON.parse(generatedFiles()['workflows/schema/workflow.schema.json'] ?? '');
    const test = await compileJsonSchema(schema);
    const workflow = {
      format: 1,
      id: 'wf_one',
      name: 'One',
      nodes: [{ id: 'a', type: 'note', version: 1 }],
      edges: [],
    };
    expect(Workflow.safeParse(workflow).success).toBe(true);
    expect(test(workflow)).toEqual([]);
    expect(test({ ...workflow, extra: 1 })).not.toEqual([]);
    expect(test({ ...workflow, nodes: [{ id: 'a b', type: 'note', version: 1 }] })).not.toEqual([]);
  });
});
