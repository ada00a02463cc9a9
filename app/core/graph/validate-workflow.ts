import { errorClasses } from '../errors/error-classes.ts';
import { didYouMean } from '../errors/suggest.ts';
import type { AnyManifest, Registry } from '../nodekit/define-node.ts';
import { passageOf } from './bypass.ts';
import { findCycles } from './cycle.ts';
import { edgeKind, Frames } from './frames.ts';
import { boundField, holdsCode, type NodePorts, nodePorts } from './node-ports.ts';
import { accepts, type Port, portSchemas } from './ports.ts';
import type { Workflow, WorkflowEdge, WorkflowNode } from './workflow.ts';
import { jsonPath, schemaFaults, type WorkflowIssue } from './workflow-issue.ts';

/** Deepest nesting of containers. */
const MAX_FRAMES = 16;
/** A hint compares a name with every other: the first few faults have one. */
const MAX_HINTS = 10;
/** Nodes of a circle that its message names. */
const MAX_SHOWN = 12;

interface Known {
  node: WorkflowNode;
  index: number;
  manifest: AnyManifest;
  config: unknown;
  ports: NodePorts;
}

/**
 * Checks everything about a workflow that its file and the node manifests tell: types, configs, containers, wires,
 * cycles, missing inputs, policies, the interface. Runs nothing, reads nothing else.
 */
export function validateWorkflow(workflow: Workflow, registry: Registry): WorkflowIssue[] {
  const issues: WorkflowIssue[] = [];
  const report = reportTo(issues);
  if (!checkParents(workflow, registry, report)) return issues;
  const known = knownNodes(workflow, registry, report);
  const frames = new Frames(workflow.nodes);
  const crowd = new Map<string, string>();
  workflow.edges.forEach((edge, i) => {
    checkEdge(edge, i, known, frames, crowd, report);
  });
  checkRequiredInputs(workflow, known, report);
  checkInterface(workflow, known, report);
  checkGroups(workflow, report);
  for (const cycle of findCycles(workflow, frames)) {
    const index = workflow.edges.findIndex((edge) => edge.id === cycle.edge);
    reportCycle(cycle.nodes, cycle.edge, index, report);
  }
  return issues;
}

interface Report {
  (code: WorkflowIssue['code'], path: (string | number)[], message: string, about: About): void;
  /** “Did you mean …?”, as long as hints last. */
  hint(name: string, known: Iterable<string>): string;
}
type About = { remedy: string } & Partial<WorkflowIssue>;

function reportTo(issues: WorkflowIssue[]): Report {
  let hints = 0;
  return Object.assign(
    (code: WorkflowIssue['code'], path: (string | number)[], message: string, about: About) => {
      issues.push({ code, severity: 'error', path: jsonPath(path), message, ...about });
    },
    {
      hint(name: string, known: Iterable<string>) {
        hints += 1;
        return hints > MAX_HINTS ? '' : didYouMean(name, known);
      },
    },
  );
}

function reportCycle(nodes: readonly string[], edgeId: string, index: number, report: Report): void {
  const named = nodes.length > MAX_SHOWN ? [...nodes.slice(0, MAX_SHOWN - 1), '…', nodes.at(-1)] : nodes;
  const message =
    nodes.length === 2 ? `Node “${nodes[0]}” waits for itself.` : `The nodes ${named.join(' → ')} wait for each other.`;
  report('workflow.cycle', ['edges', index], message, {
    edgeId,
    remedy: 'Remove one of the wires. To repeat work, put it into a container such as map.',
  });
}

function checkParents(workflow: Workflow, registry: Registry, report: Report): boolean {
  const byId = new Map(workflow.nodes.map((node) => [node.id, node]));
  let sound = true;
  workflow.nodes.forEach((node, i) => {
    const manifest = registry.get(node.type)?.manifest;
    if (node.parent === undefined && !manifest?.tool) return;
    const fail = (message: string, remedy: string) => {
      sound = false;
      report('workflow.parent', ['nodes', i, 'parent'], message, { nodeId: node.id, remedy });
    };
    if (node.parent === undefined) {
      fail(`The tool “${node.id}” stands outside a container of tools.`, 'Put it into an agent.');
      return;
    }
    const parent = byId.get(node.parent);
    const type = parent && registry.get(parent.type);
    if (!parent)
      fail(
        `There is no node “${node.parent}”.${report.hint(node.parent, byId.keys())}`,
        'Name a container node, or leave `parent` out.',
      );
    else if (type && (!type.manifest.body || type.manifest.runsWorkflow))
      fail(
        `Node “${parent.id}” (${parent.type}) is not a container.`,
        'Only nodes such as map and cache hold other nodes.',
      );
    else if (type?.manifest.body?.tools && manifest && !manifest.tool && !manifest.inert)
      fail(
        `In “${parent.id}” (${parent.type}) stand tools only, and “${node.id}” (${node.type}) is none.`,
        'Put it into a tool, and the tool into this container.',
      );
    else if (manifest?.tool && type && !type.manifest.body?.tools)
      fail(`“${parent.id}” (${parent.type}) holds no tools.`, 'Put the tool into an agent.');
    else {
      let depth = 0;
      for (let at: WorkflowNode | undefined = node; at?.parent !== undefined && depth <= MAX_FRAMES; depth += 1)
        at = byId.get(at.parent);
      if (depth > MAX_FRAMES)
        fail(
          `Containers around “${node.id}” are nested deeper than ${MAX_FRAMES} or in a circle.`,
          'Flatten the containers.',
        );
    }
  });
  return sound;
}

function knownNodes(workflow: Workflow, registry: Registry, report: Report): Map<string, Known> {
  const known = new Map<string, Known>();
  workflow.nodes.forEach((node, index) => {
    const type = registry.get(node.type);
    if (!type) {
      report(
        'workflow.unknown_node_type',
        ['nodes', index, 'type'],
        `“${node.type}” is not a known node type.${report.hint(node.type, registry.keys())}`,
        {
          nodeId: node.id,
          remedy:
            'See `pipewright nodes` for the types of this release. The node is kept, but the workflow cannot run.',
        },
      );
      return;
    }
    const { manifest } = type;
    const parsed = manifest.config.safeParse(node.config);
    if (!parsed.success) {
      for (const fault of schemaFaults(parsed.error, { schema: manifest.config, value: node.config })) {
        report('workflow.node_config', ['nodes', index, 'config', ...fault.path], fault.message, {
          nodeId: node.id,
          remedy: `See \`pipewright nodes ${node.type}\` for the fields of this type.`,
        });
      }
      return;
    }
    const ports = nodePorts(node, manifest, parsed.data);
    checkPolicy(node, index, manifest, ports, report);
    checkBypass(node, index, manifest, ports, report);
    known.set(node.id, { node, index, manifest, config: parsed.data, ports });
  });
  return known;
}

function checkPolicy(node: WorkflowNode, index: number, manifest: AnyManifest, ports: NodePorts, report: Report): void {
  const policy = node.policy;
  if (!policy) return;
  const path = ['nodes', index, 'policy'];
  if (policy.onError?.action === 'default') checkDefaults(node, path, policy.onError.outputs, ports, report);
  if (policy.cache && (manifest.effect === 'write' || manifest.effect === 'irreversible')) {
    report(
      'workflow.node_config',
      [...path, 'cache'],
      `“${node.type}” writes: its result must not be taken from a cache.`,
      { nodeId: node.id, remedy: 'Remove the policy `cache` from this node.' },
    );
  }
  if (policy.calls?.cache && node.personal) {
    report(
      'workflow.node_config',
      [...path, 'calls', 'cache'],
      'Answers to a node marked personal are never kept: they would lie open in the cache.',
      { nodeId: node.id, remedy: 'Remove `cache` from the policy `calls`, or use the policy `cache`, which encrypts.' },
    );
  }
  if (policy.retry && manifest.body) {
    report(
      'workflow.node_config',
      [...path, 'retry'],
      `“${node.type}” holds other nodes and is not tried again as a whole.`,
      {
        nodeId: node.id,
        remedy: 'Put the policy `retry` on the nodes inside it.',
      },
    );
  }
  (policy.retry?.on ?? []).forEach((name, i) => {
    if (!Object.hasOwn(errorClasses, name)) {
      report(
        'workflow.node_config',
        [...path, 'retry', 'on', i],
        `“${name}” is not an error class.${report.hint(name, Object.keys(errorClasses))}`,
        { nodeId: node.id, remedy: 'Name a class such as rate_limit.requests or timeout.total; see docs/errors.md.' },
      );
    }
  });
}

function checkBypass(node: WorkflowNode, index: number, manifest: AnyManifest, ports: NodePorts, report: Report): void {
  if (!node.bypassed || node.disabled || passageOf(manifest, ports)) return;
  report(
    'workflow.bypass',
    ['nodes', index, 'bypassed'],
    `“${node.id}” (${node.type}) cannot be bypassed: no value of its inputs can stand for its output.`,
    { nodeId: node.id, remedy: 'Let it work again, or disable it: then what depends on it is skipped.' },
  );
}

/** Values that stand in for a failed step: they go where its own would have gone, so they must fit. */
function checkDefaults(
  node: WorkflowNode,
  policyPath: (string | number)[],
  outputs: { [port: string]: unknown },
  ports: NodePorts,
  report: Report,
): void {
  for (const [name, value] of Object.entries(outputs)) {
    const path = [...policyPath, 'onError', 'outputs', name];
    const port = portOf(ports.outputs, name);
    if (!port) {
      report(
        'workflow.edge_endpoint',
        path,
        `Node “${node.id}” has no output “${name}”.${report.hint(name, Object.keys(ports.outputs))}`,
        {
          nodeId: node.id,
          remedy: `Its outputs are: ${Object.keys(ports.outputs).slice(0, 20).join(', ') || 'none'}.`,
        },
      );
    } else if (!portSchemas[port.type].safeParse(value).success) {
      report('workflow.node_config', path, `The value for the output “${name}” is not of its type, ${port.type}.`, {
        nodeId: node.id,
        remedy: `Give a ${port.type} value.`,
      });
    }
  }
}

function checkEdge(
  edge: WorkflowEdge,
  index: number,
  known: ReadonlyMap<string, Known>,
  frames: Frames,
  crowd: Map<string, string>,
  report: Report,
): void {
  const about = { edgeId: edge.id };
  const source = known.get(edge.from.node);
  const target = known.get(edge.to.node);
  for (const side of ['from', 'to'] as const) {
    if (!frames.has(edge[side].node)) {
      report(
        'workflow.edge_endpoint',
        ['edges', index, side, 'node'],
        `There is no node “${edge[side].node}”.${report.hint(edge[side].node, known.keys())}`,
        { ...about, remedy: 'Name a node of this workflow, or remove the wire.' },
      );
    }
  }
  if (!source || !target) return;
  const kind = edgeKind(edge, frames);
  if (kind === 'illegal') {
    report(
      'workflow.edge_frame',
      ['edges', index],
      `The wire from “${edge.from.node}” to “${edge.to.node}” crosses the border of a container.`,
      {
        ...about,
        remedy:
          "Lead values out of a container through its inner sink ports, and take them from the container's outputs.",
      },
    );
    return;
  }
  if ((kind === 'wire' || kind === 'source') && (target.manifest.tool || (kind === 'wire' && source.manifest.tool))) {
    const tool = target.manifest.tool ? target : source;
    report('workflow.edge_frame', ['edges', index], `No wire leads to or from a tool such as “${tool.node.id}”.`, {
      ...about,
      remedy:
        'It is called with the arguments that the model gives, and its result goes back there. Wire what is inside it.',
    });
    return;
  }
  const outputs = kind === 'source' || kind === 'through' ? source.ports.sources : source.ports.outputs;
  const inputs = kind === 'sink' || kind === 'through' ? target.ports.sinks : target.ports.inputs;
  const from = portOf(outputs, edge.from.port);
  if (kind === 'through' && !from && portOf(source.ports.outputs, edge.from.port)) {
    reportCycle([source.node.id, source.node.id], edge.id, index, report);
    return;
  }
  const to =
    portOf(inputs, edge.to.port) ??
    (kind === 'wire' || kind === 'source' ? configPort(edge.to.port, target) : undefined);
  if (!from)
    report(
      'workflow.edge_endpoint',
      ['edges', index, 'from', 'port'],
      `Node “${source.node.id}” (${source.node.type}) has no output “${edge.from.port}”.${report.hint(edge.from.port, Object.keys(outputs))}`,
      { ...about, remedy: `It has: ${Object.keys(outputs).slice(0, 20).join(', ') || 'none'}.` },
    );
  const field = edge.to.port.slice('config/'.length);
  if (!to && edge.to.port.startsWith('config/') && holdsCode(field, target.manifest)) {
    report(
      'workflow.edge_endpoint',
      ['edges', index, 'to', 'port'],
      `The field “${field}” of ${target.node.type} is evaluated: no wire may fill it.`,
      { ...about, remedy: 'Write it into the config; give changing values to it by its variables.' },
    );
  } else if (!to)
    report(
      'workflow.edge_endpoint',
      ['edges', index, 'to', 'port'],
      `Node “${target.node.id}” (${target.node.type}) has no input “${edge.to.port}”.${report.hint(edge.to.port, Object.keys(inputs))}`,
      { ...about, remedy: `It has: ${Object.keys(inputs).slice(0, 20).join(', ') || 'none'}.` },
    );
  if (!from || !to) return;
  if (!accepts(to.type, from.type)) {
    report(
      'workflow.edge_type',
      ['edges', index],
      `A wire cannot lead from ${from.type} (“${source.node.id}.${edge.from.port}”) to ${to.type} (“${target.node.id}.${edge.to.port}”).`,
      {
        ...about,
        remedy: 'Put a transform between them, or choose another port.',
      },
    );
  }
  const place = `${kind === 'sink' || kind === 'through' ? 'in ' : ''}${edge.to.node}.${edge.to.port}`;
  const other = crowd.get(place);
  if (other !== undefined && !to.many) {
    report(
      'workflow.edge_crowded',
      ['edges', index, 'to'],
      `The input “${place}” already has the wire “${other}” and takes one only.`,
      { ...about, remedy: 'Bring several values together with a merge node.' },
    );
  }
  crowd.set(place, edge.id);
}

function portOf(ports: Readonly<Record<string, Port>>, name: string): Port | undefined {
  return Object.hasOwn(ports, name) ? ports[name] : undefined;
}

function configPort(name: string, target: Known): Port | undefined {
  return boundField(name, target.manifest) === undefined ? undefined : { type: 'any' };
}

function checkRequiredInputs(workflow: Workflow, known: ReadonlyMap<string, Known>, report: Report): void {
  const wired = new Set(workflow.edges.map((edge) => `${edge.to.node}.${edge.to.port}`));
  for (const { node, index, manifest, ports } of known.values()) {
    if (node.disabled) continue;
    const passage = node.bypassed ? passageOf(manifest, ports) : undefined;
    for (const [name, port] of Object.entries({ ...ports.inputs, ...ports.sinks })) {
      // Of a bypassed node nothing counts but what goes past it.
      const isNeeded = passage ? name === passage.input : port.required;
      if (isNeeded && !wired.has(`${node.id}.${name}`)) {
        report(
          'workflow.missing_input',
          ['nodes', index],
          `Node “${node.id}” (${node.type}) needs a wire at its input “${name}”.`,
          {
            nodeId: node.id,
            remedy: port.help ? `Connect “${name}”: ${port.help}` : `Connect “${name}”, or disable the node.`,
          },
        );
      }
    }
  }
}

/** A concurrency group has one number of places, whichever node names it. */
function checkGroups(workflow: Workflow, report: Report): void {
  const limits = new Map<string, { limit: number; nodeId: string }>();
  workflow.nodes.forEach(({ id, policy }, index) => {
    if (!policy?.concurrency) return;
    const { group, limit } = policy.concurrency;
    const first = limits.get(group);
    if (!first) limits.set(group, { limit, nodeId: id });
    else if (first.limit !== limit) {
      report(
        'workflow.node_config',
        ['nodes', index, 'policy', 'concurrency', 'limit'],
        `The group “${group}” has ${first.limit} places at node “${first.nodeId}” and ${limit} here.`,
        { nodeId: id, remedy: 'Give every node of a group the same limit.' },
      );
    }
  });
}

function checkInterface(workflow: Workflow, known: ReadonlyMap<string, Known>, report: Report): void {
  const made = new Map<string, string>();
  for (const { node, index, manifest, config } of known.values()) {
    const port = manifest.workflowPort?.(config);
    if (!port || node.disabled) continue;
    const declared = port.direction === 'input' ? workflow.inputs : workflow.outputs;
    if (!Object.hasOwn(declared, port.name)) {
      report(
        'workflow.interface',
        ['nodes', index, 'config', 'name'],
        `The workflow declares no ${port.direction} “${port.name}”.${report.hint(port.name, Object.keys(declared))}`,
        {
          nodeId: node.id,
          remedy: `Declare it under \`${port.direction}s\` of the workflow.`,
        },
      );
    }
    if (port.direction !== 'output') continue;
    if (node.parent !== undefined)
      report('workflow.interface', ['nodes', index], `The output “${port.name}” lies inside a container.`, {
        nodeId: node.id,
        remedy: 'Lead the value out of the container first.',
      });
    const other = made.get(port.name);
    if (other !== undefined)
      report('workflow.interface', ['nodes', index], `The output “${port.name}” is already given by node “${other}”.`, {
        nodeId: node.id,
        remedy: 'Bring the branches together with a merge node before one output node.',
      });
    made.set(port.name, node.id);
  }
  for (const [name, { type, default: value }] of Object.entries(workflow.inputs)) {
    if (value === undefined || portSchemas[type].safeParse(value).success) continue;
    report('workflow.interface', ['inputs', name, 'default'], `The default of the input “${name}” is not a ${type}.`, {
      remedy: `Give a ${type} value, or change the type.`,
    });
  }
  for (const name of Object.keys(workflow.outputs)) {
    if (!made.has(name))
      report('workflow.interface', ['outputs', name], `No node gives the declared output “${name}”.`, {
        remedy: 'Add an output node for it, or remove the declaration.',
      });
  }
}
