import type { CachedAnswer, CallCourse, CallEffect } from '../capabilities/capabilities.ts';
import type { ErrorWire } from '../errors/app-error.ts';
import type { Json, JsonObject } from '../graph/json.ts';
import type { Cost, Decision, Usage } from '../graph/values.ts';
import type { BreakpointSpec } from './breakpoint.ts';

/**
 * A value as events carry it: small ones in place, larger ones by the SHA-256 of their canonical JSON, stored once
 * beside the log (`bytes` is the length of that text in UTF-16 units).
 */
export type ValueRef = { value: Json } | { digest: string; bytes: number };

/** Values by port. */
export type PortRefs = { [port: string]: ValueRef };

/** Why a run exists besides being asked for. */
export interface RunOrigin {
  /** The run whose equal steps may be reused; of an imported one what it was called where it ran. */
  parent: string;
  /** `imported`: it ran elsewhere and came as a file. It is only looked at. */
  kind: 'rerun' | 'fork' | 'imported';
  /** Step that the fork starts at. */
  at?: string;
}

/** `outputs` replace the step; `inputs` replace some of the values that it gets. */
export type StepEdits = { [step: string]: { inputs?: PortRefs; outputs?: PortRefs } };

/** What a node marked personal says to the person that it asks. */
export type SealedWait = { title: string; form?: JsonObject; reason?: string };

export type WaitKind = 'review' | 'breakpoint' | 'uncertain' | 'timer';

/** What may happen in a run. `at` is epoch milliseconds by the engine's clock; `step` is a step path. */
export type RunEventBody =
  | {
      type: 'run.created';
      workflowId: string;
      workflowName: string;
      /** Content hash of the workflow. */
      workflowHash: string;
      /** Hash of the snapshot (workflow, prompts, profiles as they were) that every later resume uses. */
      snapshot: string;
      inputs: PortRefs;
      engine: string;
      origin?: RunOrigin;
      /**
       * Values put in place of computed ones (pins, fork with edits), by step path; by the id of a node inside a container
       * for each of its turns. `editOf` finds them.
       */
      edits?: StepEdits;
      /** Only these nodes and what they need (run-to). */
      targets?: string[];
      /** What it spends is counted for each of them. */
      tags?: string[];
      capture: Capture;
    }
  | { type: 'run.started'; owner: string; fence: number; resumed: boolean }
  /** Where the run stops from here on, in place of what it was told before. */
  | { type: 'breakpoints.set'; breakpoints: BreakpointSpec[] }
  /** A step came to a breakpoint that counts. `stops`: this is the hit that it waits for. */
  | { type: 'breakpoint.hit'; step: string; breakpoint: string; hits: number; stops: boolean }
  | { type: 'step.started'; step: string; node: string; attempt: number; cause?: 'retry' | 'crash' }
  | {
      type: 'call.intended';
      step: string;
      call: number;
      kind: string;
      digest: string;
      effect: CallEffect;
      cause?: 'crash';
    }
  | {
      type: 'call.completed';
      step: string;
      call: number;
      kind: string;
      digest: string;
      /** Kept for traces; the request's text may be large. */
      request: ValueRef;
      response: ValueRef;
      startedAt: number;
      usage?: Usage;
      cost?: Cost;
      model?: string;
      provider?: string;
      /** Prompt files that a paid request was made of, with their versions. */
      prompt?: string;
      /** Where it took more than one try. */
      course?: CallCourse;
      /** Nobody was asked: the answer was kept from an equal call. */
      cached?: CachedAnswer;
    }
  | {
      type: 'call.failed';
      step: string;
      call: number;
      kind: string;
      digest: string;
      error: ErrorWire;
      startedAt: number;
      /** What it used all the same. */
      usage?: Usage;
      cost?: Cost;
      model?: string;
      provider?: string;
      prompt?: string;
    }
  /** Clock, random and ids: recorded so that resume and replay see the same. */
  | { type: 'value.recorded'; step: string; call: number; kind: 'clock' | 'random' | 'ids' | 'definition'; value: Json }
  | { type: 'step.retried'; step: string; attempt: number; error: ErrorWire; waitMs: number; keepsCalls: boolean }
  | {
      type: 'step.finished';
      step: string;
      node: string;
      attempt: number;
      startedAt: number;
      outputs: PortRefs;
      /** From an earlier equal step instead of running. */
      cached?: { run: string; step: string; key: string; at: number };
      /** Memo key: equal keys mean equal work (same type, config, inputs and fingerprints of what it read). */
      memo?: string;
      /** What it read outside the run's snapshot, and in which version: `collection docs`. */
      reads?: { [what: string]: string };
      /** The policy `cache` lets steps of other runs take these outputs. */
      shared?: true;
      detail?: JsonObject;
    }
  | {
      type: 'step.failed';
      step: string;
      node: string;
      attempt: number;
      startedAt: number;
      error: ErrorWire;
      /** How the run goes on: it fails, with default outputs, or by the error port. */
      handled: 'fail' | 'default' | 'port';
      outputs: PortRefs;
      reads?: { [what: string]: string };
      detail?: JsonObject;
    }
  /** `ports`: the inputs that stayed silent; empty for a disabled node or one left out by run-to. */
  | { type: 'step.skipped'; step: string; node: string; ports: string[]; reason: 'silent' | 'disabled' }
  | { type: 'step.cancelled'; step: string; node: string; startedAt: number }
  /** Which wire won a race. */
  | { type: 'race.won'; step: string; edge: string }
  | {
      type: 'step.waiting';
      step: string;
      wait: string;
      kind: WaitKind;
      title: string;
      payload: ValueRef;
      payloadHash: string;
      actions: string[];
      form?: JsonObject;
      dueAt?: number;
      reason?: string;
      /** Of a breakpoint: itself as text, the wire that it stands on, and the place of its value where a port takes many. */
      breakpoint?: string;
      edge?: string;
      place?: number;
      /** Of a node marked personal: title, form and reason (`SealedWait`), which the event then does not tell. */
      sealed?: ValueRef;
    }
  | {
      type: 'wait.decided';
      step: string;
      wait: string;
      decision: Decision;
      /** Of a node marked personal: the whole decision; the one in the event tells who chose what and when. */
      sealed?: ValueRef;
    }
  | { type: 'wait.expired'; step: string; wait: string }
  | {
      type: 'log.written';
      step: string;
      level: 'debug' | 'info' | 'warning' | 'error';
      message: string;
      data?: JsonObject;
    }
  /** Nothing left to do until a person decides or a timer is due. */
  | { type: 'run.waiting'; waits: string[] }
  | { type: 'run.finished'; outputs: PortRefs }
  | { type: 'run.failed'; error: ErrorWire; step?: string }
  | { type: 'run.cancelled'; reason: string };

/** `seq` counts from 1 in each run, without gaps. */
export type RunEvent = { seq: number; at: number } & RunEventBody;

/** How much of payloads shows in traces, logs and exports. The journal keeps what a resume needs while a run is open. */
export type Capture = 'full' | 'redacted' | 'hashed' | 'off';

/** What travels beside the log while a run works: provisional, lost in a crash, never journaled. */
export type RunSignal =
  | { type: 'event'; event: RunEvent }
  | { type: 'delta'; step: string; text: string }
  /** What the step has streamed so far is void: another try begins its answer anew. */
  | { type: 'delta.reset'; step: string }
  | { type: 'step.running'; step: string; node: string };

/** Values up to this many UTF-16 units of JSON stay inside their event. */
export const INLINE_LIMIT = 2048;
