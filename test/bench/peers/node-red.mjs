import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { numbers, prompt, question, STEPS, WAIT_MS, WIDTH } from './workload.mjs';

const RED = createRequire(import.meta.url)('node-red');
const waiting = new Map();
let messages = 0;

/** Starts the runtime with one flow; a run is a message into `in`, over when `out` has it. */
async function flow(folder, nodes) {
  const end = {
    id: 'out',
    type: 'function',
    z: 'tab',
    func: 'global.get("done")(msg); return null;',
    outputs: 0,
    wires: [],
  };
  writeFileSync(
    join(folder, 'flows.json'),
    JSON.stringify([{ id: 'tab', type: 'tab', label: 'bench' }, ...nodes, end]),
  );
  RED.init({
    userDir: folder,
    flowFile: 'flows.json',
    httpAdminRoot: false,
    httpNodeRoot: false,
    logging: { console: { level: 'off' } },
    functionGlobalContext: { done: (message) => waiting.get(message.run)?.(message.payload) },
    SKIP_BUILD_CHECK: true,
    telemetry: { enabled: false },
  });
  const started = new Promise((resolve) => RED.events.once('flows:started', resolve));
  await RED.start();
  await started;
  return (payload) =>
    new Promise((resolve) => {
      messages += 1;
      const run = messages;
      waiting.set(run, (value) => {
        waiting.delete(run);
        resolve(value);
      });
      RED.nodes.getNode('in').receive({ _msgid: `m${run}`, run, payload });
    });
}

const change = (id, wires) => ({ id, type: 'change', z: 'tab', rules: [], wires: [wires] });
const template = (id, text, next) => ({
  id,
  type: 'template',
  z: 'tab',
  field: 'payload',
  fieldType: 'msg',
  format: 'handlebars',
  syntax: 'mustache',
  template: text,
  output: 'str',
  wires: [[next]],
});

async function chain(folder, count) {
  const steps = numbers(count).map((i) =>
    template(`n${i}`, `n${i % 100}({{{payload}}})`, i + 1 < count ? `n${i + 1}` : 'out'),
  );
  const run = await flow(folder, [change('in', ['n0']), ...steps]);
  return () => run('x');
}

export const variants = {
  'node-red': {
    chain: ({ folder }) => chain(folder, STEPS),
    cold: ({ folder }) => chain(folder, 5),
    fanout: async ({ folder }) => {
      const delays = numbers(WIDTH).map((i) => ({
        id: `d${i}`,
        type: 'delay',
        z: 'tab',
        pauseType: 'delay',
        timeout: String(WAIT_MS),
        timeoutUnits: 'milliseconds',
        wires: [['all']],
      }));
      const all = {
        id: 'all',
        type: 'join',
        z: 'tab',
        mode: 'custom',
        build: 'array',
        property: 'payload',
        propertyType: 'msg',
        count: String(WIDTH),
        wires: [['out']],
      };
      const run = await flow(folder, [
        change(
          'in',
          delays.map(({ id }) => id),
        ),
        ...delays,
        all,
      ]);
      return async () => (await run('x')).length;
    },
    model: async ({ folder, baseUrl }) => {
      const body = {
        id: 'body',
        type: 'function',
        z: 'tab',
        func: `msg.payload = { model: 'm', messages: [{ role: 'user', content: msg.payload }] }; msg.headers = { authorization: 'Bearer key' }; return msg;`,
        outputs: 1,
        wires: [['ask']],
      };
      const ask = {
        id: 'ask',
        type: 'http request',
        z: 'tab',
        method: 'POST',
        ret: 'obj',
        url: `${baseUrl}/chat/completions`,
        persist: true,
        wires: [['text']],
      };
      const text = {
        id: 'text',
        type: 'function',
        z: 'tab',
        func: 'msg.payload = msg.payload.choices[0].message.content; return msg;',
        outputs: 1,
        wires: [['out']],
      };
      const run = await flow(folder, [template('in', prompt('{{{payload}}}'), 'body'), body, ask, text]);
      return () => run(question);
    },
  },
};
