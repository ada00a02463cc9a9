import { beforeEach, describe, expect, it } from 'vitest';
import { registry } from '../../../nodes/registry.ts';
import { graph } from '../../../test/kit/graph.ts';
import { AppError } from '../../core/errors/app-error.ts';
import { WorkspaceConfig } from '../../core/workspace/workspace-config.ts';
import { createWorkflowService, type WorkflowService } from './workflow-service.ts';

const config = WorkspaceConfig.parse({
  format: 1,
  name: 'Test',
  profiles: { m: { use: 'chat', provider: 'built-in', model: 'extractive-reader' } },
});
let files: Map<string, string>;
let service: WorkflowService;

/** A prompt file of one message. */
const say = (words: string) => `---\ndescription: Asks.\nvariables: [text]\n---\n# user\n${words}{{ text }}\n`;

const ask = (more: object = {}) =>
  JSON.stringify({
    ...graph(
      [
        { id: 'in', type: 'input', config: { name: 'x' } },
        { id: 'ask', type: 'prompt', config: { prompt: 'ask', variables: ['text'] } },
        { id: 'answer', type: 'model', config: { profile: 'm', citations: 'none' } },
        { id: 'out', type: 'output', config: { name: 'y' } },
      ],
      ['in.value > ask.text', 'ask.messages > answer.messages', 'answer.text > out.value'],
    ),
    resources: { prompts: { ask: { file: 'prompts/ask.md' } } },
    ...more,
  });

beforeEach(() => {
  files = new Map([
    ['workflows/ask.flow.json', ask()],
    ['prompts/ask.md', say('Answer: ')],
  ]);
  const readInside = async (path: string) => {
    const text = files.get(path);
    if (text === undefined) throw new AppError('document.missing', { message: `There is no ${path}.` });
    return text;
  };
  service = createWorkflowService({
    registry,
    config,
    files: {
      find: async () => [...files.keys()].filter((path) => path.endsWith('.flow.json')).sort(),
      isFile: async () => false,
      readNamed: readInside,
      readInside,
    },
  });
});

describe('snapshot', () => {
  it('is the same object for as long as nothing has changed that it was made of', async () => {
    const first = await service.snapshot('ask');
    expect(await service.snapshot('ask')).toBe(first);
    files.set('workflows/other.flow.json', ask());
    expect(await service.snapshot('ask')).toBe(first);
  });

  it('is made anew when the workflow, or a prompt of it, has changed', async () => {
    const first = await service.snapshot('ask');
    files.set('prompts/ask.md', say('Answer briefly: '));
    const second = await service.snapshot('ask');
    expect(first.prompts).toEqual({ ask: say('Answer: ') });
    expect(second.prompts).toEqual({ ask: say('Answer briefly: ') });
    files.set('workflows/ask.flow.json', ask({ name: 'Ask again' }));
    expect((await service.snapshot('ask')).workflow.name).toBe('Ask again');
  });

  it('is refused when it has become wrong, and right again afterwards', async () => {
    await service.snapshot('ask');
    files.delete('prompts/ask.md');
    await expect(service.snapshot('ask')).rejects.toThrow();
    files.set('prompts/ask.md', say('Say: '));
    expect((await service.snapshot('ask')).prompts).toEqual({ ask: say('Say: ') });
    files.set('workflows/twice/ask.flow.json', ask());
    await expect(service.snapshot('ask')).rejects.toThrow('Several workflows');
  });
});
