import { join } from 'node:path';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import { ChatOpenAI } from '@langchain/openai';
import { numbers, prompt, question, STEPS, step, WIDTH, wait } from './workload.mjs';

const State = Annotation.Root({
  value: Annotation(),
  parts: Annotation({ reducer: (before, after) => before.concat(after), default: () => [] }),
});
let threads = 0;

/** `durable`: a checkpoint of each step is in SQLite before the next begins. */
function runner(graph, durable, folder) {
  const saver = durable ? SqliteSaver.fromConnString(join(folder, 'langgraph.db')) : undefined;
  if (saver) saver.db.pragma('journal_mode = WAL');
  const app = graph.compile(saver ? { checkpointer: saver } : {});
  return (input) => {
    threads += 1;
    const config = {
      recursionLimit: 1000,
      ...(durable && { durability: 'sync', configurable: { thread_id: `t${threads}` } }),
    };
    return app.invoke(input, config);
  };
}

function chainGraph(count) {
  const graph = new StateGraph(State);
  for (const i of numbers(count)) {
    graph.addNode(`n${i}`, ({ value }) => ({ value: step(i, value) }));
    graph.addEdge(i === 0 ? START : `n${i - 1}`, `n${i}`);
  }
  return graph.addEdge(`n${count - 1}`, END);
}

function fanoutGraph() {
  const graph = new StateGraph(State).addNode('first', () => ({})).addEdge(START, 'first');
  graph.addNode('join', ({ parts }) => ({ value: parts.length }));
  for (const i of numbers(WIDTH)) {
    graph.addNode(`b${i}`, async () => ({ parts: [await wait()] }));
    graph.addEdge('first', `b${i}`);
  }
  return graph
    .addEdge(
      numbers(WIDTH).map((i) => `b${i}`),
      'join',
    )
    .addEdge('join', END);
}

function modelGraph(baseUrl) {
  const model = new ChatOpenAI({ model: 'm', apiKey: 'key', maxRetries: 0, configuration: { baseURL: baseUrl } });
  return new StateGraph(State)
    .addNode('prompt', ({ value }) => ({ value: prompt(value) }))
    .addNode('model', async ({ value }) => ({ value: (await model.invoke([['user', value]])).content }))
    .addNode('output', ({ value }) => ({ value }))
    .addEdge(START, 'prompt')
    .addEdge('prompt', 'model')
    .addEdge('model', 'output')
    .addEdge('output', END);
}

const contestant = (durable) => ({
  chain: async ({ folder }) => {
    const run = runner(chainGraph(STEPS), durable, folder);
    return async () => (await run({ value: 'x' })).value;
  },
  cold: async ({ folder }) => {
    const run = runner(chainGraph(5), durable, folder);
    return async () => (await run({ value: 'x' })).value;
  },
  fanout: async ({ folder }) => {
    const run = runner(fanoutGraph(), durable, folder);
    return async () => (await run({ value: 'x' })).value;
  },
  model: async ({ folder, baseUrl }) => {
    const run = runner(modelGraph(baseUrl), durable, folder);
    return async () => (await run({ value: question })).value;
  },
});

export const variants = { none: contestant(false), sqlite: contestant(true) };
