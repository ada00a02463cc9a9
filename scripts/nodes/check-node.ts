import * as z from 'zod';
import { WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { AnyManifest, NodeType } from '../../app/core/nodekit/define-node.ts';
import { type Port, portTypeNames } from '../../app/core/nodekit/index.ts';

/** A node's folder as the check sees it. */
export interface NodeFolder {
  /** Name of the folder under nodes/. */
  name: string;
  files: readonly string[];
  /** Text of README.md; empty when there is none. */
  readme: string;
  /** What nodes/registry.ts holds for that name. */
  registered: NodeType | undefined;
  /** Exports of run.ts and check.ts, where the files are there. */
  run?: Record<string, unknown>;
  check?: Record<string, unknown>;
}

export interface NodeRule {
  /** The name that the failing check prints and that docs/add-a-node.md explains. */
  name: string;
  /** What is wrong, in words; nothing when all is well. */
  faults(folder: NodeFolder, manifest: AnyManifest): string[];
}

const readmeHeadings = ['What it does', 'Ports', 'Config', 'Example', 'Errors'] as const;

/** Capabilities whose answers differ from call to call, so that a step that has them is not pure. */
const impure = [
  'model',
  'embedder',
  'reranker',
  'collections',
  'documents',
  'tables',
  'cache',
  'memory',
  'clock',
  'random',
  'ids',
  'waits',
];

export const nodeRules: readonly NodeRule[] = [
  {
    name: 'folder-name',
    faults: ({ name }, { type }) => [
      ...(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) ? [] : [`the folder ${name} is not kebab-case`]),
      ...(type === name ? [] : [`the manifest says type "${type}", its folder ${name}`]),
    ],
  },
  {
    name: 'files',
    faults: ({ files }, { inert }) => [
      ...['manifest.ts', 'README.md'].filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
      ...(inert || files.includes('run.ts') ? [] : ['run.ts is missing, and the manifest does not say `inert`']),
      ...(inert && files.includes('run.ts') ? ['run.ts is there, and the manifest says `inert`'] : []),
    ],
  },
  {
    name: 'tests',
    faults: ({ files }) => (files.some((file) => file.endsWith('.test.ts')) ? [] : ['no *.test.ts']),
  },
  {
    name: 'run-export',
    faults: ({ run, registered }) => [
      ...(run && typeof run['run'] !== 'function' ? ['run.ts exports no function `run`'] : []),
      ...(run && !registered?.run ? ['run.ts is there, and the registry does not load it'] : []),
    ],
  },
  {
    name: 'check-export',
    faults: ({ check, registered }) => [
      ...(check && typeof check['check'] !== 'function' ? ['check.ts exports no function `check`'] : []),
      ...(check && !registered?.check ? ['check.ts is there, and the registry does not load it'] : []),
      ...(!check && registered?.check ? ['the registry loads a check that is not in check.ts'] : []),
    ],
  },
  { name: 'readme', faults: ({ readme }, manifest) => readmeFaults(readme, manifest) },
  { name: 'readme-example', faults: ({ readme }, manifest) => readmeExampleFaults(readme, manifest) },
  {
    name: 'words',
    faults: (_, { title, summary }) => [
      ...(title.trim() === '' ? ['the title is empty'] : []),
      ...(/^[A-Z][^\n]{15,159}\.$/.test(summary) ? [] : [`the summary is not one sentence: "${summary}"`]),
    ],
  },
  { name: 'config-schema', faults: (_, { config }) => configFaults(config) },
  {
    name: 'form',
    faults: (_, { form, config }) =>
      Object.keys(form ?? {})
        .filter((field) => !(field in config.shape))
        .map((field) => `the form names "${field}", which is no field of the config`),
  },
  { name: 'ports', faults: (_, manifest) => portFaults(manifest) },
  {
    name: 'effect',
    faults: (_, { effect, needs }) =>
      effect === 'pure'
        ? needs.filter((need: string) => impure.includes(need)).map((need) => `says pure, and needs ${need}`)
        : [],
  },
  {
    name: 'migrations',
    faults: (_, { version, migrations }) => {
      const steps = (migrations ?? []).map(({ to }) => to);
      const wanted = Array.from({ length: version - 1 }, (__, index) => index + 2);
      return steps.join() === wanted.join()
        ? []
        : [`migrations lead to [${steps}], and version ${version} wants [${wanted}]`];
    },
  },
  {
    name: 'examples',
    faults: (_, { examples, config }) => [
      ...(examples && examples.length > 0 ? [] : ['no examples']),
      ...(examples ?? []).flatMap(({ title, config: example }) => {
        const parsed = config.safeParse(example);
        return parsed.success ? [] : [`the example "${title}" does not fit: ${z.prettifyError(parsed.error)}`];
      }),
    ],
  },
];

function readmeFaults(readme: string, { title, config, inputs, outputs }: AnyManifest): string[] {
  if (readme === '') return [];
  const headings = [...readme.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading?.trim());
  const order = readmeHeadings.filter((heading) => headings.includes(heading));
  const found = headings.filter((heading) => (readmeHeadings as readonly unknown[]).includes(heading));
  const names = [...Object.keys(config.shape), ...Object.keys(inputs), ...Object.keys(outputs)];
  return [
    ...(readme.startsWith(`# ${title}\n`) ? [] : [`README.md does not begin with "# ${title}"`]),
    ...readmeHeadings
      .filter((heading) => !headings.includes(heading))
      .map((heading) => `README.md lacks "## ${heading}"`),
    ...(found.join() === order.join() ? [] : ['the headings of README.md are out of order']),
    ...names.filter((name) => !readme.includes(`\`${name}\``)).map((name) => `README.md does not explain \`${name}\``),
  ];
}

/** Whether the README shows the node as it stands in a workflow file, so that it can be copied. */
function readmeExampleFaults(readme: string, { type, version, config }: AnyManifest): string[] {
  const section = readme.split(/^## Example$/m)[1]?.split(/^## /m)[0] ?? '';
  const texts = [...section.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = '']) => text);
  if (texts.length === 0) return ['README.md shows no example as JSON'];
  return texts.flatMap((text) => {
    let shown: WorkflowNode;
    try {
      shown = WorkflowNode.parse(JSON.parse(text));
      config.parse(shown.config);
    } catch (cause) {
      return [`the example of README.md is no node: ${cause instanceof Error ? cause.message : String(cause)}`];
    }
    const fits = shown.type === type && shown.version === version;
    return fits ? [] : [`the example of README.md is no ${type} of version ${version}`];
  });
}

function configFaults(config: AnyManifest['config']): string[] {
  try {
    const schema = z.toJSONSchema(config, { io: 'input' });
    return schema.additionalProperties === false
      ? []
      : ['the config is no z.strictObject: a misspelt field would pass'];
  } catch (cause) {
    return [`the config has no JSON Schema: ${cause instanceof Error ? cause.message : String(cause)}`];
  }
}

function portFaults({ config, inputs, outputs, ports, examples }: AnyManifest): string[] {
  const sides: [string, Record<string, Port>][] = [
    ['input', inputs],
    ['output', outputs],
  ];
  for (const { config: example } of ports ? (examples ?? []) : []) {
    const parsed = config.safeParse(example);
    if (!parsed.success) continue;
    const more = ports?.(parsed.data);
    sides.push(['input', more?.inputs ?? {}], ['output', more?.outputs ?? {}]);
  }
  return sides.flatMap(([side, named]) =>
    Object.entries(named).flatMap(([name, port]) => [
      ...(/^[A-Za-z][\w-]*$/.test(name) ? [] : [`the ${side} "${name}" is no plain name`]),
      ...(side === 'output' && name === 'error' ? ["the output `error` is every node's own"] : []),
      ...(side === 'output' && port.many ? [`the output "${name}" says many, which is for inputs`] : []),
      ...(portTypeNames.includes(port.type) ? [] : [`the ${side} "${name}" has no port type "${port.type}"`]),
    ]),
  );
}

/** Everything that is wrong with one node, each with the rule's name in front. */
export function checkNode(folder: NodeFolder): string[] {
  const { registered } = folder;
  if (!registered) return [`${folder.name}: registry: nodes/registry.ts does not hold "${folder.name}"`];
  return nodeRules.flatMap(({ name, faults }) =>
    faults(folder, registered.manifest).map((fault) => `${folder.name}: ${name}: ${fault}`),
  );
}
