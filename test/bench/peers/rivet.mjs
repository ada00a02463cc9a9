import { createProcessor } from '@ironclad/rivet-node';
import { numbers, prompt, question, STEPS, WAIT_MS, WIDTH } from './workload.mjs';

const node = (id, type, data) => ({ id, type, title: id, data, visualData: { x: 0, y: 0, width: 100 } });
const wire = (from, output, to, input) => ({
  outputNodeId: from,
  outputId: output,
  inputNodeId: to,
  inputId: input,
});
const input = node('in', 'graphInput', { id: 'x', dataType: 'string' });
const output = (dataType = 'string') => node('out', 'graphOutput', { id: 'y', dataType });

function project(nodes, connections) {
  const graph = { metadata: { id: 'main', name: 'main', description: '' }, nodes, connections };
  return {
    metadata: { id: 'p', title: 'p', description: '', mainGraphId: 'main' },
    graphs: { main: graph },
    plugins: [],
  };
}

function runner(whole, settings = {}) {
  return async (x) => {
    const processor = createProcessor(whole, { graph: 'main', inputs: { x }, openAiKey: 'key', ...settings });
    return (await processor.run()).y.value;
  };
}

function chain(count) {
  const texts = numbers(count).map((i) => node(`n${i}`, 'text', { text: `n${i % 100}({{value}})` }));
  const wires = numbers(count).map((i) =>
    i === 0 ? wire('in', 'data', 'n0', 'value') : wire(`n${i - 1}`, 'output', `n${i}`, 'value'),
  );
  return runner(project([input, ...texts, output()], [...wires, wire(`n${count - 1}`, 'output', 'out', 'value')]));
}

export const variants = {
  rivet: {
    chain: async () => {
      const run = chain(STEPS);
      return () => run('x');
    },
    cold: async () => {
      const run = chain(5);
      return () => run('x');
    },
    fanout: async () => {
      const delays = numbers(WIDTH).map((i) => node(`d${i}`, 'delay', { delay: WAIT_MS }));
      const wires = numbers(WIDTH).flatMap((i) => [
        wire('in', 'data', `d${i}`, 'input1'),
        wire(`d${i}`, 'output1', 'all', `input${i + 1}`),
      ]);
      const all = node('all', 'array', { flatten: true });
      const run = runner(
        project([input, ...delays, all, output('any[]')], [...wires, wire('all', 'output', 'out', 'value')]),
      );
      return async () => (await run('x')).length;
    },
    model: async ({ baseUrl }) => {
      const ask = node('ask', 'prompt', { type: 'user', useTypeInput: false, promptText: prompt('{{value}}') });
      const chat = node('chat', 'chat', {
        model: 'm',
        temperature: 0,
        maxTokens: 100,
        endpoint: `${baseUrl}/chat/completions`,
        useTopP: false,
        cache: false,
      });
      const run = runner(
        project(
          [input, ask, chat, output()],
          [
            wire('in', 'data', 'ask', 'value'),
            wire('ask', 'output', 'chat', 'prompt'),
            wire('chat', 'response', 'out', 'value'),
          ],
        ),
      );
      return () => run(question);
    },
  },
};
