import type { EnclosingFlow } from '../core/budget/limits.ts';
import { AppError } from '../core/errors/app-error.ts';
import type { Policy, Workflow } from '../core/graph/workflow.ts';
import type { PlanNode, PlanTool } from '../core/plan/plan.ts';
import { resourceName } from '../core/plan/resource-name.ts';
import type { RunEventBody } from '../core/run/events.ts';
import type { StepPast } from '../core/run/history.ts';
import { containersOf, nodeOf } from '../core/run/step-path.ts';
import type { CallsUnderWay } from './calls-under-way.ts';
import type { RunSnapshot } from './engine-ports.ts';
import { bodyPath } from './frame.ts';
import type { FrameFlow } from './frame-flow.ts';
import type { LiveStep } from './live-steps.ts';
import type { RunContext } from './run-setup.ts';
import { keptError } from './step-attempt.ts';
import { ATTEMPT_OVER, type CallScope } from './step-calls.ts';

const NO_TOOLS: ReadonlyMap<string, PlanTool> = new Map();

/** One attempt, as its calls must know it. */
export interface ScopeAbout {
  step: LiveStep;
  past: StepPast;
  attempt: number;
  signal: () => AbortSignal;
  isOpen: () => boolean;
}

/** What the calls of one attempt need of the run around it. */
export function callScope(run: RunContext, flow: FrameFlow, calls: CallsUnderWay, about: ScopeAbout): CallScope {
  const { setup, values, waits } = run;
  const { ports, snapshot, log, runId } = setup;
  const { step, past, attempt, signal, isOpen } = about;
  const { node, path } = step;
  return {
    runId,
    path,
    attempt,
    about: {
      runId,
      workflowId: snapshot.workflow.id,
      workflowHash: setup.history.created.workflowHash,
      step: path,
      node: node.id,
      attempt,
      personal: node.personal,
      policy: policyByNames(node, snapshot.workflow),
      prompt: () => run.prompts.of(node.id),
      tags: setup.history.created.tags ?? [],
      ...(snapshot.workflow.budget && { budget: snapshot.workflow.budget }),
      inside: enclosingFlows(path, snapshot),
      sources: () => run.sources.of(path),
      ...(node.policy.timeoutMs !== undefined && { deadline: ports.clock.now() + node.policy.timeoutMs }),
    },
    past,
    signal,
    irreversible: node.manifest.effect === 'irreversible',
    personal: node.personal,
    isOpen,
    replaying: log.replaying,
    host: setup.host,
    now: ports.clock.now,
    random: ports.random,
    newId: ports.newId,
    isBuiltIn: (profile) => ports.isBuiltIn(profile, snapshot),
    resolveAlias: (kind, alias) => resourceName(snapshot.workflow, node.id, kind, alias),
    redact: ports.redact,
    voidStream: () => {
      if (isOpen()) setup.observe?.({ type: 'delta.reset', step: path });
    },
    add: (body: RunEventBody) => {
      // Code of a dead attempt may still be at work: the log must not hear of it.
      if (!isOpen()) throw ATTEMPT_OVER;
      log.add(body);
      if (body.type === 'call.completed' || body.type === 'call.failed') run.costs.add(path, body.cost);
    },
    keeper: values.keeper(node),
    keptError: (error) => keptError(error, node),
    commit: () => log.commit(),
    begun: () => log.begun(),
    load: (cell) => values.load(cell),
    callBegins: () => {
      if (calls.draining) {
        step.suspended = true;
        throw ATTEMPT_OVER;
      }
      calls.begin();
    },
    callEnds: () => calls.end(),
    wait: (call, request) => (isOpen() ? waits.open(step, call, request) : Promise.reject(ATTEMPT_OVER)),
    runBody: (index, sources) => (isOpen() ? flow.runBody(step, index, sources) : Promise.reject(ATTEMPT_OVER)),
    tools: node.tools ?? NO_TOOLS,
    untrustedInput: node.untrustedInput || step.frame.untrusted,
    runTool: async (index, tool, args, untrusted) => {
      const planned = node.tools?.get(tool);
      if (!planned) throw new AppError('internal', { message: `“${node.id}” holds no tool “${tool}”.`, where: path });
      if (!isOpen()) throw ATTEMPT_OVER;
      const { frame } = planned;
      return (await flow.runBody(step, index, { arguments: args }, { frame, untrusted }))['result'];
    },
    spentInBody: (index) => run.costs.of(bodyPath(step, index)),
    input: (name) => step.frame.inputs[name]?.value,
  };
}

/** The workflows that a step lies in, besides the one that is run. */
function enclosingFlows(path: string, { flows = {} }: RunSnapshot): EnclosingFlow[] {
  return containersOf(path).flatMap((step) => {
    const flow = Object.hasOwn(flows, nodeOf(step)) ? flows[nodeOf(step)] : undefined;
    return flow ? [{ step, workflowId: flow.id, ...(flow.budget && { budget: flow.budget }) }] : [];
  });
}

/** The policy of a node, its fallbacks named as the workspace names profiles instead of by the workflow's own names. */
function policyByNames({ id, policy }: PlanNode, workflow: Workflow): Policy {
  const { fallbacks } = policy.calls ?? {};
  if (fallbacks === undefined) return policy;
  const named = fallbacks.map((one) =>
    'profile' in one ? { ...one, profile: resourceName(workflow, id, 'profile', one.profile) } : one,
  );
  return { ...policy, calls: { ...policy.calls, fallbacks: named } };
}
