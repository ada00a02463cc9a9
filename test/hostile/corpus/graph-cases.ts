import { addEdge, addNode, type Loose, soundWorkflow } from './sound-workflow.ts';
import type { HostileCase } from './text-cases.ts';

type Code = string;

function broken(name: string, code: Code, at: string, change: (flow: Loose) => void, says?: string): HostileCase {
  const flow = soundWorkflow();
  change(flow);
  return { name, file: JSON.stringify(flow), code, at, ...(says !== undefined && { says }) };
}
const schema = (name: string, at: string, change: (flow: Loose) => void, says?: string) =>
  broken(name, 'workflow.schema', at, change, says);
const config = (name: string, type: string, value: object, field: string, says?: string) =>
  broken(
    `${type}: ${name}`,
    'workflow.node_config',
    `$.nodes[9].config${field}`,
    (f) => addNode(f, 'x', type, value),
    says,
  );
const check = (name: string, type: string, value: object, field: string, says?: string) =>
  broken(
    `${type}: ${name}`,
    'workflow.node_check',
    `$.nodes[9].config${field}`,
    (f) => {
      addNode(f, 'x', type, value);
      // A value that an expression names must be wired.
      if (type === 'log' || type === 'transform') addEdge(f, 'x', 'question.value > x.value');
    },
    says,
  );
const promptPath = (file: string) =>
  schema(`a prompt from ${JSON.stringify(file)}`, '$.resources.prompts.answer.file', (f) => {
    f.resources.prompts.answer.file = file;
  });
/** A chain of containers, one inside the other. */
const nested = (flow: Loose, depth: number) => {
  for (let i = 0; i < depth; i += 1) addNode(flow, `c${i}`, 'cache', {}, i === 0 ? {} : { parent: `c${i - 1}` });
};

const extraKeys = [
  'command',
  'args',
  'env',
  'url',
  'credential',
  'credentialId',
  'apiKey',
  'html',
  'path',
  'code',
  'script',
];

/** Files that are JSON and lie, in every part of the format. */
export const graphCases: readonly HostileCase[] = [
  // Versions
  broken(
    'a newer format',
    'workflow.newer_format',
    ' at $.format',
    (f) => {
      f.format = 2;
    },
    'format 2',
  ),
  broken('a format far ahead', 'workflow.newer_format', ' at $.format', (f) => {
    f.format = 1e300;
  }),
  broken('a newer format with unknown keys', 'workflow.newer_format', ' at $.format', (f) => {
    f.format = 2;
    f.loops = [];
  }),
  schema('format 0', '$.format', (f) => {
    f.format = 0;
  }),
  schema('the format as a text', '$.format', (f) => {
    f.format = '1';
  }),
  schema('no format', '$.format', (f) => {
    delete f.format;
  }),
  broken(
    'a newer node',
    'workflow.newer_node',
    '$.nodes[2].version',
    (f) => {
      f.nodes[2].version = 2;
    },
    'model',
  ),
  broken('a node of the far future', 'workflow.newer_node', '$.nodes[0].version', (f) => {
    f.nodes[0].version = Number.MAX_SAFE_INTEGER;
  }),
  schema('a version beyond whole numbers', '$.nodes[0].version', (f) => {
    f.nodes[0].version = 2 ** 60;
  }),
  schema('a fraction as the version', '$.nodes[0].version', (f) => {
    f.nodes[0].version = 1.5;
  }),

  // Node types that are not there, or that peers have hidden
  broken(
    'an unknown type',
    'workflow.unknown_node_type',
    '$.nodes[2].type',
    (f) => {
      f.nodes[2].type = 'modle';
    },
    'Did you mean “model”?',
  ),
  ...[
    'constructor',
    'tostring',
    'valueof',
    'hasownproperty',
    'function',
    'eval',
    'shell',
    'exec',
    'execute-command',
    'mcp-stdio',
    'python',
    'n8n-nodes-base-function',
  ].map((type) =>
    broken(`the type ${type}`, 'workflow.unknown_node_type', '$.nodes[9].type', (f) => addNode(f, 'x', type)),
  ),
  ...[
    '__proto__',
    'toString',
    'hasOwnProperty',
    '../model',
    'model\u0000',
    'MODEL',
    ' model',
    'модель',
    '',
    'a'.repeat(65),
  ]
    .map((type) =>
      schema(
        `the type ${JSON.stringify(type).slice(0, 30)}`,
        '$.nodes[9].type',
        (f) => addNode(f, 'x', type),
        undefined,
      ),
    )
    .filter(({ file }) => !String(file).includes('\\u0000')),

  // Keys that the format does not know, at every level
  ...extraKeys.map((key) =>
    schema(
      `${key} at the top`,
      `$.${key}`,
      (f) => {
        f[key] = 'x';
      },
      'Unknown field',
    ),
  ),
  ...extraKeys.map((key) =>
    schema(
      `${key} in a node`,
      `$.nodes[0].${key}`,
      (f) => {
        f.nodes[0][key] = 'x';
      },
      'Unknown field',
    ),
  ),
  ...extraKeys.map((key) =>
    broken(
      `${key} in a config`,
      'workflow.node_config',
      `$.nodes[2].config.${key}`,
      (f) => {
        f.nodes[2].config[key] = 'x';
      },
      'Unknown field',
    ),
  ),
  schema('env in a policy', '$.nodes[0].policy.env', (f) => {
    f.nodes[0].policy = { env: {} };
  }),
  schema('a host in a retry', '$.nodes[0].policy.retry.host', (f) => {
    f.nodes[0].policy = { retry: { attempts: 2, host: 'x' } };
  }),
  schema('code in onError', '$.nodes[0].policy.onError.code', (f) => {
    f.nodes[0].policy = { onError: { action: 'fail', code: 'x' } };
  }),
  schema('a condition on a wire', '$.edges[0].when', (f) => {
    f.edges[0].when = '7*7';
  }),
  schema('a transform at the end of a wire', '$.edges[0].to.map', (f) => {
    f.edges[0].to.map = 'x';
  }),
  schema('a credential in a resource', '$.resources.profiles.reader.apiKey', (f) => {
    f.resources.profiles.reader.apiKey = 'sk-1';
  }),
  schema('an address in a resource', '$.resources.profiles.reader.baseUrl', (f) => {
    f.resources.profiles.reader.baseUrl = 'https://evil.example';
  }),
  schema('credentials among the resources', '$.resources.credentials', (f) => {
    f.resources.credentials = {};
  }),
  schema('a widget in an input', '$.inputs.question.html', (f) => {
    f.inputs.question.html = '<b>';
  }),
  schema('a target of an output', '$.outputs.answer.webhook', (f) => {
    f.outputs.answer.webhook = 'https://evil.example';
  }),
  schema('HTML in the layout', '$.layout.html', (f) => {
    f.layout = { html: '<script>' };
  }),
  schema('an address in a note of the layout', '$.layout.notes[0].href', (f) => {
    f.layout = { notes: [{ id: 'a', text: 'x', x: 0, y: 0, href: 'file:///' }] };
  }),
  schema('a layout beyond the screen', '$.layout.positions.ask.x', (f) => {
    f.layout = { positions: { ask: { x: 1e300, y: 0 } } };
  }),
  schema('a layout of NaN', '$.layout.positions.ask.x', (f) => {
    f.layout = { positions: { ask: { x: Number.NaN, y: 0 } } };
  }),

  // Ids and names
  broken(
    'a node id twice',
    'workflow.duplicate_id',
    '$.nodes[9].id',
    (f) => addNode(f, 'ask', 'note'),
    '$.nodes[1].id',
  ),
  broken('an edge id twice', 'workflow.duplicate_id', '$.edges[10].id', (f) =>
    addEdge(f, 'e3', 'pick.short > join.values'),
  ),
  broken('three nodes of one id', 'workflow.duplicate_id', '$.nodes[10].id', (f) => {
    addNode(f, 'ask', 'note');
    addNode(f, 'ask', 'note');
  }),
  schema('a node without id', '$.nodes[0].id', (f) => {
    delete f.nodes[0].id;
  }),
  ...['', '-x', 'a b', 'a.b', 'a/b', '../a', 'a\u202eb', 'аsk', 'as\u200bk', 'ask\n', 'a'.repeat(65), '＿ask'].map(
    (id) => schema(`the node id ${JSON.stringify(id).slice(0, 30)}`, '$.nodes[9].id', (f) => addNode(f, id, 'note')),
  ),
  schema('a foreign workflow id', '$.id', (f) => {
    f.id = '../../etc/passwd';
  }),
  schema('a workflow id of capitals', '$.id', (f) => {
    f.id = 'WF_SOUND';
  }),
  schema(
    'a name that turns text round',
    '$.name',
    (f) => {
      f.name = 'safe \u202egpj.exe';
    },
    'Control characters',
  ),
  schema('a name that isolates', '$.nodes[0].name', (f) => {
    f.nodes[0].name = 'a\u2066b';
  }),
  schema('a name with terminal commands', '$.name', (f) => {
    f.name = '\u001b[2J\u001b[31mroot#';
  }),
  schema('a node name of two lines', '$.nodes[0].name', (f) => {
    f.nodes[0].name = 'ok\n✓ all checks passed';
  }),
  schema('a description with a bell', '$.description', (f) => {
    f.description = 'x\u0007';
  }),
  schema('a name without end', '$.name', (f) => {
    f.name = 'x'.repeat(201);
  }),
  schema('an empty name', '$.name', (f) => {
    f.name = '';
  }),
  schema('an input name with a dash', '$.inputs.a-b', (f) => {
    f.inputs['a-b'] = { type: 'text' };
  }),
  schema('an input of an unknown type', '$.inputs.question.type', (f) => {
    f.inputs.question.type = 'function';
  }),

  // References out of the workspace
  ...[
    '/etc/passwd',
    '/etc/passwd.md',
    '../secret.md',
    'prompts/../../secret.md',
    'prompts/../pipewright.json',
    'prompts/..',
    'prompts/.hidden.md',
    '.env',
    'pipewright.json',
    'documents/a.md',
    'prompts\\..\\a.md',
    'C:\\prompts\\a.md',
    '\\\\host\\share\\a.md',
    'file:///etc/passwd',
    'https://evil.example/p.md',
    'prompts//a.md',
    'prompts/a.md\u202e',
    'prompts/a.json',
    'prompts/',
    '~/prompts/a.md',
    'prompts/a\n.md',
    `prompts/${'a'.repeat(300)}.md`,
  ].map(promptPath),
  broken('a prompt that is not there', 'prompt.missing', '$.resources.prompts.answer.file', (f) => {
    f.resources.prompts.answer.file = 'prompts/none.md';
  }),
  broken('a prompt behind a link that leads out', 'workflow.resource', '$.resources.prompts.answer.file', (f) => {
    f.resources.prompts.answer.file = 'prompts/link.md';
  }),
  schema('a profile by address', '$.resources.profiles.reader.name', (f) => {
    f.resources.profiles.reader.name = 'https://evil.example';
  }),
  schema('a collection by path', '$.resources.collections.docs.name', (f) => {
    f.resources.collections.docs.name = '../../other';
  }),
  broken(
    'a profile that the workspace does not have',
    'workflow.resource',
    '$.resources.profiles.reader.name',
    (f) => {
      f.resources.profiles.reader.name = 'raeder';
    },
    'Did you mean “reader”?',
  ),
  ...['constructor', 'toString', 'hasOwnProperty', 'valueOf'].map((name) =>
    broken(`the profile ${name}`, 'workflow.resource', '$.nodes[2].config.profile', (f) => {
      f.nodes[2].config.profile = name;
    }),
  ),

  // Wires
  broken('a wire from nowhere', 'workflow.edge_endpoint', '$.edges[10].from.node', (f) =>
    addEdge(f, 'x', 'nowhere.value > join.values'),
  ),
  broken(
    'a wire to a slip of the pen',
    'workflow.edge_endpoint',
    '$.edges[10].to.node',
    (f) => addEdge(f, 'x', 'ask.text > jion.values'),
    'Did you mean “join”?',
  ),
  broken(
    'an output that is not there',
    'workflow.edge_endpoint',
    '$.edges[1].from.port',
    (f) => {
      f.edges[1].from.port = 'mesages';
    },
    'Did you mean “messages”?',
  ),
  broken('an input that is not there', 'workflow.edge_endpoint', '$.edges[1].to.port', (f) => {
    f.edges[1].to.port = 'message';
  }),
  ...['constructor', 'toString', 'hasOwnProperty'].map((port) =>
    broken(`the port ${port}`, 'workflow.edge_endpoint', '$.edges[1].from.port', (f) => {
      f.edges[1].from.port = port;
    }),
  ),
  schema('the port __proto__', '$.edges[1].from.port', (f) => {
    f.edges[1].from.port = '__proto__';
  }),
  broken('a config field that is not there', 'workflow.edge_endpoint', '$.edges[10].to.port', (f) =>
    addEdge(f, 'x', 'question.value > answer.config/apiKey'),
  ),
  broken('a config field of every object', 'workflow.edge_endpoint', '$.edges[10].to.port', (f) =>
    addEdge(f, 'x', 'question.value > answer.config/constructor'),
  ),
  broken(
    'text into messages',
    'workflow.edge_type',
    '$.edges[1]',
    (f) => {
      f.edges[1].from.port = 'text';
    },
    'text',
  ),
  broken('a context into a list', 'workflow.edge_type', '$.edges[10]', (f) => {
    addNode(f, 'c', 'context');
    addNode(f, 'm', 'map');
    addEdge(f, 'x', 'c.context > m.items');
  }),
  broken(
    'two wires into one input',
    'workflow.edge_crowded',
    '$.edges[10].to',
    (f) => addEdge(f, 'x', 'question.value > check.value'),
    'e2',
  ),
  broken('two wires into one config field', 'workflow.edge_crowded', '$.edges[11].to', (f) => {
    addEdge(f, 'x', 'question.value > answer.config/seed');
    addEdge(f, 'y', 'question.value > answer.config/seed');
  }),
  broken('two wires into the end of a body', 'workflow.edge_crowded', '$.edges[10].to', (f) =>
    addEdge(f, 'x', 'item.value > each.result'),
  ),
  broken('a wire out of a container', 'workflow.edge_frame', '$.edges[10]', (f) =>
    addEdge(f, 'x', 'item.value > join.values'),
  ),
  broken('a wire from one body into another', 'workflow.edge_frame', '$.edges[10]', (f) => {
    addNode(f, 'm', 'map');
    addNode(f, 't', 'transform', { expression: 'value' }, { parent: 'm' });
    addEdge(f, 'x', 'item.value > t.value');
  }),
  broken('a wire from too deep inside', 'workflow.edge_frame', '$.edges[10]', (f) => {
    addNode(f, 'm', 'cache', {}, { parent: 'each' });
    addNode(f, 't', 'transform', { expression: 'value' }, { parent: 'm' });
    addEdge(f, 'x', 't.value > each.result');
  }),
  schema('a wire without an end', '$.edges[0].to', (f) => {
    delete f.edges[0].to;
  }),
  schema('a wire by name', '$.edges[0].from', (f) => {
    f.edges[0].from = 'question.value';
  }),

  // Containers
  broken(
    'a parent that is not there',
    'workflow.parent',
    '$.nodes[6].parent',
    (f) => {
      f.nodes[6].parent = 'eahc';
    },
    'Did you mean “each”?',
  ),
  broken(
    'a parent that is no container',
    'workflow.parent',
    '$.nodes[6].parent',
    (f) => {
      f.nodes[6].parent = 'join';
    },
    'not a container',
  ),
  broken(
    'a container in itself',
    'workflow.parent',
    '$.nodes[5].parent',
    (f) => {
      f.nodes[5].parent = 'each';
    },
    'in a circle',
  ),
  broken(
    'two containers in each other',
    'workflow.parent',
    '$.nodes[5].parent',
    (f) => {
      addNode(f, 'm', 'map', {}, { parent: 'each' });
      f.nodes[5].parent = 'm';
    },
    'in a circle',
  ),
  broken(
    '17 containers in each other',
    'workflow.parent',
    '$.nodes[26].parent',
    (f) => {
      nested(f, 17);
      addNode(f, 'core', 'note', {}, { parent: 'c16' });
    },
    'deeper than 16',
  ),
  broken('5,000 containers in each other', 'workflow.parent', '$.nodes[26].parent', (f) => nested(f, 4990)),

  // Circles
  broken(
    'a node that waits for itself',
    'workflow.cycle',
    '$.edges[10]',
    (f) => addEdge(f, 'x', 'join.value > join.values'),
    'waits for itself',
  ),
  broken(
    'a container that waits for itself',
    'workflow.cycle',
    '$.edges[5]',
    (f) => {
      f.edges[5].from = { node: 'each', port: 'results' };
    },
    'waits for itself',
  ),
  broken(
    'a circle of two',
    'workflow.cycle',
    '$.edges[11]',
    (f) => {
      addNode(f, 'a', 'merge');
      addNode(f, 'b', 'merge');
      addEdge(f, 'x', 'a.value > b.values');
      addEdge(f, 'y', 'b.value > a.values');
    },
    'a → b → a',
  ),
  broken('a circle of three', 'workflow.cycle', '$.edges[12]', (f) => {
    for (const id of 'abc') addNode(f, id, 'merge');
    addEdge(f, 'x', 'a.value > b.values');
    addEdge(f, 'y', 'b.value > c.values');
    addEdge(f, 'z', 'c.value > a.values');
  }),
  broken(
    'a circle through a container',
    'workflow.cycle',
    '$.edges[10]',
    (f) => {
      addNode(f, 'a', 'merge');
      addNode(f, 't', 'merge', {}, { parent: 'each' });
      addEdge(f, 'x', 'a.value > t.values');
      addEdge(f, 'y', 'question.value > a.values');
      addEdge(f, 'z', 'each.results > a.values');
    },
    'wait for each other',
  ),
  broken('a circle inside a container', 'workflow.cycle', '$.edges[11]', (f) => {
    addNode(f, 'a', 'merge', {}, { parent: 'each' });
    addNode(f, 'b', 'merge', {}, { parent: 'each' });
    addEdge(f, 'x', 'a.value > b.values');
    addEdge(f, 'y', 'b.value > a.values');
  }),
  broken(
    'a circle of 4,000',
    'workflow.cycle',
    '$.edges[4009]',
    (f) => {
      for (let i = 0; i < 4000; i += 1) {
        addNode(f, `n${i}`, 'merge');
        addEdge(f, `x${i}`, `n${i}.value > n${(i + 1) % 4000}.values`);
      }
    },
    '…',
  ),
  broken('ten thousand circles', 'workflow.cycle', '$.edges[11]', (f) => {
    for (let i = 0; i < 4000; i += 1) {
      addNode(f, `n${i}`, 'merge');
      addEdge(f, `x${i}`, `n${i}.value > n${(i + 1) % 4000}.values`);
      addEdge(f, `y${i}`, `n${i}.value > n0.values`);
      addEdge(f, `z${i}`, `n${i}.value > n${i >> 1}.values`);
    }
  }),

  // Missing and surplus ends
  broken(
    'a required input without a wire',
    'workflow.missing_input',
    '$.nodes[2]',
    (f) => f.edges.splice(1, 1),
    'messages',
  ),
  broken('a variable without a wire', 'workflow.missing_input', '$.nodes[1]', (f) => f.edges.splice(0, 1), 'question'),
  broken('an output node without a wire', 'workflow.missing_input', '$.nodes[8]', (f) => f.edges.splice(9, 1)),
  broken(
    'an undeclared input',
    'workflow.interface',
    '$.nodes[0].config.name',
    (f) => {
      f.nodes[0].config.name = 'qestion';
    },
    'Did you mean “question”?',
  ),
  broken('an input by the name of a method', 'workflow.interface', '$.nodes[0].config.name', (f) => {
    f.nodes[0].config.name = 'toString';
  }),
  broken('an undeclared output', 'workflow.interface', '$.nodes[8].config.name', (f) => {
    f.nodes[8].config.name = 'reply';
  }),
  broken('an output that nobody gives', 'workflow.interface', '$.outputs.extra', (f) => {
    f.outputs.extra = { type: 'text' };
  }),
  broken('an output given twice', 'workflow.interface', '$.nodes[9]', (f) => {
    addNode(f, 'o2', 'output', { name: 'answer' });
    addEdge(f, 'x', 'ask.text > o2.value');
  }),
  broken('an output inside a container', 'workflow.interface', '$.nodes[8]', (f) => {
    f.nodes[8].parent = 'each';
  }),
  broken('a default of the wrong type', 'workflow.interface', '$.inputs.question.default', (f) => {
    f.inputs.question.default = { $ne: null };
  }),

  // Policies
  schema('a thousand attempts', '$.nodes[2].policy.retry.attempts', (f) => {
    f.nodes[2].policy = { retry: { attempts: 1000 } };
  }),
  schema('a negative timeout', '$.nodes[2].policy.timeoutMs', (f) => {
    f.nodes[2].policy = { timeoutMs: -1 };
  }),
  schema('a timeout of a century', '$.nodes[2].policy.timeoutMs', (f) => {
    f.nodes[2].policy = { timeoutMs: 3.2e12 };
  }),
  schema('a place for nobody', '$.nodes[2].policy.concurrency.limit', (f) => {
    f.nodes[2].policy = { concurrency: { group: 'g', limit: 0 } };
  }),
  schema('an unknown action on errors', '$.nodes[2].policy.onError.action', (f) => {
    f.nodes[2].policy = { onError: { action: 'exec' } };
  }),
  broken(
    'a retry of an unknown class',
    'workflow.schema',
    '$.nodes[2].policy.retry.on[0]',
    (f) => {
      f.nodes[2].policy = { retry: { attempts: 2, on: ['rate_limit.request'] } };
    },
    'Did you mean “rate_limit.requests”?',
  ),
  broken('a retry of the class constructor', 'workflow.schema', '$.nodes[2].policy.retry.on[0]', (f) => {
    f.nodes[2].policy = { retry: { attempts: 2, on: ['constructor'] } };
  }),
  broken('a retry of a container', 'workflow.node_config', '$.nodes[5].policy.retry', (f) => {
    f.nodes[5].policy = { retry: { attempts: 2 } };
  }),
  broken('a cache around a write', 'workflow.node_config', '$.nodes[9].policy.cache', (f) =>
    addNode(f, 'x', 'human-review', {}, { policy: { cache: { ttlMs: 1000 } } }),
  ),
  broken(
    'a default for an output that is not there',
    'workflow.edge_endpoint',
    '$.nodes[2].policy.onError.outputs.txt',
    (f) => {
      f.nodes[2].policy = { onError: { action: 'default', outputs: { txt: 'x' } } };
    },
    'Did you mean “text”?',
  ),
  broken(
    'a default of the wrong type for an output',
    'workflow.node_config',
    '$.nodes[2].policy.onError.outputs.text',
    (f) => {
      f.nodes[2].policy = { onError: { action: 'default', outputs: { text: { a: 1 } } } };
    },
  ),

  // Configs of every type against their schemas
  config('a time to live of for ever', 'cache', { ttlMs: 1e15 }, '.ttlMs'),
  config('chunks of no size', 'chunk', { size: 0 }, '.size'),
  config('a weight below nothing', 'confidence', { weights: { margin: -1 } }, '.weights.margin'),
  config('an unknown weight', 'confidence', { weights: { mood: 1 } }, '.weights.mood'),
  config('a budget as a text', 'context', { budgetTokens: '2000' }, '.budgetTokens'),
  config('an unknown order', 'context', { order: 'random()' }, '.order'),
  config('no action at all', 'human-review', { actions: [] }, '.actions'),
  config('an action twice', 'human-review', { actions: ['approve', 'approve'] }, '.actions', 'twice'),
  config('an action that is markup', 'human-review', { actions: ['<b>'] }, '.actions[0]'),
  config('no embedder', 'index', { collection: 'docs' }, '.embedder'),
  config('a name that is an expression', 'input', { name: '{{7*7}}' }, '.name'),
  config('no patterns', 'load-documents', { patterns: [] }, '.patterns'),
  config('metadata of objects', 'load-documents', { patterns: ['*'], metadata: { a: {} } }, '.metadata.a'),
  config('an unknown level', 'log', { message: 'x', level: 'fatal' }, '.level'),
  config('a variable twice', 'log', { message: 'x', variables: ['a', 'a'] }, '.variables', 'twice'),
  config('a million at a time', 'map', { concurrency: 1e6 }, '.concurrency'),
  config('an unknown mode', 'merge', { mode: 'last' }, '.mode'),
  config('a temperature of 1e308', 'model', { profile: 'reader', temperature: 1e308 }, '.temperature'),
  config('no profile', 'model', {}, '.profile'),
  config('a schema that is a text', 'model', { profile: 'reader', schema: '{}' }, '.schema'),
  config('text without end', 'note', { text: 'x'.repeat(20_001) }, '.text'),
  config('a list as a name', 'output', { name: ['answer'] }, '.name'),
  config('neither prompt nor messages', 'prompt', {}, ''),
  config('an unknown role', 'prompt', { messages: [{ role: 'developer', template: 'x' }] }, '.messages[0].role'),
  config('too many rows', 'query', { sql: 'SELECT 1', maxRows: 1e9 }, '.maxRows'),
  config('SQL by the megabyte', 'query', { sql: `SELECT '${'x'.repeat(1_000_000)}'` }, '.sql'),
  config('a lambda beyond one', 'reranker', { lambda: 2 }, '.lambda'),
  config('an unknown method', 'reranker', { method: 'llm' }, '.method'),
  config('a filter by text', 'retriever', { collection: 'docs', filter: "1=1' OR '1'='1" }, '.filter'),
  config(
    'a filter by an unknown operator',
    'retriever',
    { collection: 'docs', filter: { and: [{ field: 'a', op: 'regex', value: 'x' }] } },
    '.filter.and[0].op',
  ),
  config(
    'two branches of one name',
    'router',
    {
      branches: [
        { name: 'a', when: 'true' },
        { name: 'a', when: 'true' },
      ],
    },
    '.branches',
    'same name',
  ),
  config('a branch called default', 'router', { branches: [{ name: 'default', when: 'true' }] }, '.branches'),
  config(
    'JavaScript as the language',
    'transform',
    { language: 'javascript', expression: 'process.exit()' },
    '.language',
  ),
  config('an unknown rule', 'validator', { checks: [{ kind: 'shell' }] }, '.checks[0].kind'),
  config(
    'a rule of a country by number',
    'validator',
    { checks: [{ kind: 'personal-data', regions: ['1'] }] },
    '.checks[0].regions[0]',
  ),
  broken('a number beyond all bounds in a config', 'workflow.schema', '$.nodes[2].config.seed', () => undefined),

  // What a node's own check finds without running anything
  check('a loop without end of its tag', 'log', { message: '{% for a in value %}x' }, '.message'),
  check('another file', 'log', { message: "{% include 'secrets' %}" }, '.message', 'include'),
  check('an unknown filter', 'log', { message: '{{ value | exec }}' }, '.message'),
  check('an unknown name', 'log', { message: '{{ process.env.HOME }}' }, '.message', 'process'),
  check(
    'a template that is not closed',
    'prompt',
    { messages: [{ role: 'user', template: '{{ value' }] },
    '.messages[0].template',
  ),
  check('a prompt by the name of a method', 'prompt', { prompt: 'toString' }, '.prompt'),
  check('JavaScript', 'transform', { expression: 'value.constructor.constructor("return process")()' }, '.expression'),
  check('an arrow function', 'transform', { expression: '(() => 1)()' }, '.expression'),
  check('an unknown variable', 'transform', { expression: 'globalThis' }, '.expression', 'globalThis'),
  check(
    'ten thousand brackets',
    'transform',
    { expression: `${'('.repeat(9_000)}1${')'.repeat(9_000)}` },
    '.expression',
  ),
  check('ten thousand operators', 'transform', { expression: `1${'+1'.repeat(9_000)}` }, '.expression'),
  check('an expression without end', 'transform', { expression: `'${'x'.repeat(150_000)}'` }, '.expression'),
  broken('router: an expression that is none', 'workflow.node_check', '$.nodes[4].config.branches[0].when', (f) => {
    f.nodes[4].config.branches[0].when = 'value >';
  }),
  broken('router: an assignment', 'workflow.node_check', '$.nodes[4].config.branches[0].when', (f) => {
    f.nodes[4].config.branches[0].when = 'value = 1';
  }),
  check('a write', 'query', { sql: 'DELETE FROM customers' }, '.sql', 'delete'),
  check('two statements', 'query', { sql: 'SELECT 1; DROP TABLE customers' }, '.sql', '2 statements'),
  check('another database', 'query', { sql: "ATTACH '/etc/passwd' AS x" }, '.sql', 'attach'),
  check('a pragma', 'query', { sql: 'PRAGMA writable_schema=1' }, '.sql'),
  check('an unnamed parameter', 'query', { sql: 'SELECT ?' }, '.sql'),
  check('a comment alone', 'query', { sql: '-- SELECT 1' }, '.sql'),
  broken(
    'validator: a pattern that looks behind',
    'workflow.node_check',
    '$.nodes[3].config.checks[0].pattern',
    (f) => {
      f.nodes[3].config.checks[0].pattern = '(?<=a)b';
    },
  ),
  broken('validator: a pattern that refers back', 'workflow.node_check', '$.nodes[3].config.checks[0].pattern', (f) => {
    f.nodes[3].config.checks[0].pattern = '(a)\\1';
  }),
  broken('validator: a pattern that multiplies', 'workflow.node_check', '$.nodes[3].config.checks[0].pattern', (f) => {
    f.nodes[3].config.checks[0].pattern = '((((((a{99}){99}){99}){99}){99}){99}';
  }),
  broken('validator: a schema from the network', 'workflow.node_check', '$.nodes[3].config.checks[1].schema', (f) => {
    f.nodes[3].config.checks[1].schema = { $ref: 'https://evil.example/schema.json' };
  }),
  broken('validator: a schema from the disk', 'workflow.node_check', '$.nodes[3].config.checks[1].schema', (f) => {
    f.nodes[3].config.checks[1].schema = { $ref: 'file:///etc/passwd' };
  }),
  broken(
    'validator: a schema with an unknown keyword',
    'workflow.node_check',
    '$.nodes[3].config.checks[1].schema',
    (f) => {
      f.nodes[3].config.checks[1].schema = { eval: 'x' };
    },
  ),
  broken('model: a schema of patterns that refer back', 'workflow.node_check', '$.nodes[2].config.schema', (f) => {
    f.nodes[2].config.schema = { type: 'string', pattern: '(a)\\1' };
  }),
].map((one) =>
  one.at === '$.nodes[2].config.seed'
    ? { ...one, file: String(one.file).replace('"profile":"reader"', '"profile":"reader","seed":1e999') }
    : one,
);
