import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  eventLog,
  runCreated,
  stepFinished,
  TEST_TIME,
  type TemporaryWorkspace,
  temporaryWorkspace,
} from '../../../test/kit/temporary-store.ts';
import type { RunEventBody } from '../../core/run/events.ts';
import type { RunFilter } from '../../core/run/run-list.ts';
import type { WorkspaceStore } from './workspace-store.ts';

let workspace: TemporaryWorkspace;
let store: WorkspaceStore;

beforeAll(async () => {
  workspace = temporaryWorkspace();
  store = workspace.open();
  const error = { code: 'provider.auth', class: 'auth', message: 'The key 100%_wrong was refused.' } as const;
  const runs: [string, string, RunEventBody[]][] = [
    ['run_1', 'wf_a', [{ type: 'run.finished', outputs: {} }]],
    ['run_2', 'wf_b', [{ type: 'run.failed', error, step: 'model' }]],
    ['run_3', 'wf_a', [{ type: 'run.waiting', waits: ['w'] }]],
    ['run_4', 'wf_a', Array.from({ length: 20 }, (_, i) => stepFinished(`step_${i}`))],
  ];
  for (const [runId, workflowId, bodies] of runs) {
    const created = runCreated({ workflowId, workflowName: `Name of ${workflowId}` });
    const events = eventLog([created, ...bodies]).map((event) => ({
      ...event,
      at: event.at + Number(runId.at(-1)) * 1000,
    }));
    await store.journal.create({ runId, owner: 'me', events, values: [] });
  }
});
afterAll(() => workspace.remove());

describe('run store', () => {
  it.each<[string, RunFilter, string[]]>([
    ['newest first', {}, ['run_4', 'run_3', 'run_2', 'run_1']],
    ['of a workflow', { workflowId: 'wf_a' }, ['run_4', 'run_3', 'run_1']],
    ['by status', { status: 'failed' }, ['run_2']],
    ['by status and workflow', { status: 'waiting', workflowId: 'wf_b' }, []],
    ['by a name, whatever its case', { search: 'name OF wf_b' }, ['run_2']],
    ['by an error', { search: '100%_wrong' }, ['run_2']],
    ['by signs that LIKE knows, taken as they are', { search: 'r_n' }, []],
    ['since a time', { since: TEST_TIME + 3001 }, ['run_4', 'run_3']],
    ['a page', { limit: 2 }, ['run_4', 'run_3']],
    ['the page after it', { limit: 2, before: 'run_3' }, ['run_2', 'run_1']],
    ['the page of a workflow after one', { limit: 1, before: 'run_4', workflowId: 'wf_a' }, ['run_3']],
  ])('lists runs: %s', (_, filter, expected) => {
    expect(store.runs.listRuns(filter).map(({ runId }) => runId)).toEqual(expected);
  });

  it('tells of a run what the list shows', () => {
    expect(store.runs.getRun('run_2')).toEqual(store.runs.listRuns({ status: 'failed' })[0]);
    expect(store.runs.getRun('run_2')).toMatchObject({
      error: { code: 'provider.auth' },
      failedStep: 'model',
      owner: null,
    });
    expect(store.runs.getRun('run_4')).toMatchObject({ owner: 'me', payloads: 'kept', origin: null });
  });

  it('pages through steps and events', () => {
    expect(store.runs.steps('run_4', { after: 10, limit: 3 }).map(({ step }) => step)).toEqual([
      'step_9',
      'step_10',
      'step_11',
    ]);
    expect(store.runs.events('run_4', { after: 19 }).map(({ seq }) => seq)).toEqual([20, 21]);
    expect(store.runs.events('run_4', { limit: 2 }).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('knows when there is no such run', () => {
    const missing = expect.objectContaining({ code: 'run.not_found', remedy: expect.any(String) });
    expect(() => store.runs.getRun('run_9')).toThrow(missing);
    expect(() => store.runs.steps('run_9')).toThrow(missing);
    expect(() => store.runs.listRuns({ before: 'run_9' })).toThrow(missing);
  });
});
