import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkspace } from '../../../app/index.ts';
import { graph } from '../../kit/graph.ts';
import { everyStepDurable, stepEngine, textChain } from '../chain.ts';
import { fanoutEngine } from '../fanout.ts';
import { question } from './workload.mjs';

/** Steps run by the engine over the journal on disk; the workflows are those of the benches `chain` and `fanout`. */
const contestant = (wrap) => ({
  chain: async ({ folder }) => {
    const run = stepEngine(folder, textChain(), wrap);
    return () => run('x');
  },
});

export const variants = {
  'one-commit': {
    ...contestant(),
    fanout: async ({ folder }) => fanoutEngine(folder),
    model: async ({ folder, baseUrl }) => {
      const profile = { use: 'chat', provider: 'openai-compatible', model: 'm', baseUrl, secret: 'BENCH_KEY' };
      const config = { format: 1, name: 'Bench', profiles: { m: { ...profile, prices: { input: 0, output: 0 } } } };
      mkdirSync(join(folder, 'workflows'), { recursive: true });
      writeFileSync(join(folder, 'pipewright.json'), JSON.stringify(config));
      const messages = [{ role: 'user', template: 'Answer the question: {{ text }}' }];
      const workflow = graph(
        [
          { id: 'in', type: 'input', config: { name: 'x' } },
          { id: 'ask', type: 'prompt', config: { messages, variables: ['text'] } },
          { id: 'answer', type: 'model', config: { profile: 'm', citations: 'none' } },
          { id: 'out', type: 'output', config: { name: 'y' } },
        ],
        ['in.value > ask.text', 'ask.messages > answer.messages', 'answer.text > out.value'],
      );
      writeFileSync(join(folder, 'workflows', 'ask.flow.json'), JSON.stringify(workflow));
      const env = { HOME: folder, BENCH_KEY: 'key' };
      const workspace = await openWorkspace(folder, { env, profileDir: join(folder, 'profile') });
      return async () => (await (await workspace.run('ask', { x: question })).result).outputs.y;
    },
  },
  'full-step': contestant(everyStepDurable),
};
