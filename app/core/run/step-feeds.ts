import { edgeKind, Frames } from '../graph/frames.ts';
import type { Workflow } from '../graph/workflow.ts';
import type { StepView } from './run-view.ts';
import { containerOf, frameAround, frameOf, nodeOf, ownId } from './step-path.ts';

/**
 * A step as others are fed by it. A container stands twice in a chain: its `start` hands each turn its values, and the
 * step itself gives what the turns brought.
 */
export interface FeedPoint {
  step: string;
  side?: 'start';
}

/** A value that reached a step, or that would have: from which output of which step, to which of its inputs. */
export interface Feed extends FeedPoint {
  /** Output of the step that gave it; of a container's start the name inside. */
  port: string;
  /** Input that it led to; empty where a container gathers what its inside gave. */
  to: string;
  /** False where nothing came: the step before was left out, failed or took another branch. */
  delivered: boolean;
}

/** What nodes are, as far as values flow by it without a wire. */
export interface FlowAbout {
  /** Stands for this input of its workflow. */
  inputName?: string;
  /** Offers itself as a tool to the container that it stands in. */
  isTool?: boolean;
}

export const pointKey = ({ step, side }: FeedPoint): string => (side === undefined ? step : `${step} ${side}`);

/** Along which wires the values of a run went, step by step backwards. */
export class StepFeeds {
  private readonly about: (node: string) => FlowAbout;
  private readonly frames: Frames;
  private readonly steps: Map<string, StepView>;
  /** Frames that a container's inside ran in, by the container's step. */
  private readonly turns = new Map<string, Set<string>>();
  private readonly stepsIn = new Map<string, string[]>();
  private readonly edgesTo = new Map<string, Workflow['edges'][number][]>();

  constructor(
    workflow: Pick<Workflow, 'nodes' | 'edges'>,
    steps: readonly StepView[],
    about: (node: string) => FlowAbout = () => ({}),
  ) {
    this.about = about;
    this.frames = new Frames(workflow.nodes);
    this.steps = new Map(steps.map((one) => [one.step, one]));
    for (const edge of workflow.edges) push(this.edgesTo, edge.to.node, edge);
    for (const { step } of steps) {
      const frame = frameOf(step);
      push(this.stepsIn, frame, step);
      if (frame === '') continue;
      const container = containerOf(frame);
      const turns = this.turns.get(container);
      if (turns) turns.add(frame);
      else this.turns.set(container, new Set([frame]));
    }
  }

  /** What led to a step, in the order of the graph's edges; of a container, what its turns gave, then its own inputs. */
  of({ step, side }: FeedPoint): Feed[] {
    const turns = this.turns.get(step);
    if (side === 'start' || turns === undefined) return this.wiresInto(step);
    return [...[...turns].flatMap((frame) => this.gathered(step, frame)), ...this.wiresInto(step)];
  }

  private wiresInto(step: string): Feed[] {
    const node = nodeOf(step);
    const around = this.frames.around(node);
    const race = this.steps.get(step)?.race;
    const feeds: Feed[] = [];
    for (const { id, from, to } of this.edgesTo.get(node) ?? []) {
      const edge = { id, from, to };
      const kind = edgeKind(edge, this.frames);
      if (race !== undefined && id !== race) continue;
      if (kind === 'source') {
        const container = containerOf(frameAround(step, around.indexOf(from.node)));
        feeds.push({ step: container, side: 'start', port: from.port, to: to.port, delivered: true });
      } else if (kind === 'wire') {
        const source = frameAround(step, around.indexOf(this.frames.parentOf(from.node))) + ownId(from.node);
        feeds.push({ step: source, port: from.port, to: to.port, delivered: this.gave(source, from.port) });
      }
    }
    const { inputName, isTool } = this.about(node);
    const container = containerOf(frameOf(step));
    if (container !== '' && inputName !== undefined)
      feeds.push({ step: container, side: 'start', port: inputName, to: inputName, delivered: true });
    if (container !== '' && isTool)
      feeds.push({ step: container, side: 'start', port: 'arguments', to: 'arguments', delivered: true });
    return feeds;
  }

  /** What one turn of a container gave it: by the wires to its inner ports, and by the tools that it called. */
  private gathered(container: string, frame: string): Feed[] {
    const node = nodeOf(container);
    const feeds: Feed[] = [];
    for (const edge of this.edgesTo.get(node) ?? []) {
      if (edgeKind(edge, this.frames) !== 'sink') continue;
      const step = frame + ownId(edge.from.node);
      if (!this.steps.has(step)) continue;
      const { port } = edge.from;
      feeds.push({ step, port, to: edge.to.port, delivered: this.gave(step, port) });
    }
    for (const step of this.stepsIn.get(frame) ?? []) {
      if (!this.about(nodeOf(step)).isTool) continue;
      for (const port of Object.keys(this.steps.get(step)?.outputs ?? {}))
        feeds.push({ step, port, to: '', delivered: true });
    }
    // A turn that failed gave nothing, and is what its container failed of.
    if (feeds.every(({ delivered }) => !delivered)) {
      for (const step of this.stepsIn.get(frame) ?? []) {
        const view = this.steps.get(step);
        if (view?.state === 'failed' && view.handled === 'fail' && !feeds.some((one) => one.step === step))
          feeds.push({ step, port: '', to: '', delivered: false });
      }
    }
    return feeds;
  }

  private gave(step: string, port: string): boolean {
    return Object.hasOwn(this.steps.get(step)?.outputs ?? {}, port);
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
