import { describe, expect, it } from 'vitest';
import { AppError } from '../../app/core/errors/app-error.ts';
import type { Port } from '../../app/core/graph/ports.ts';
import { graph } from '../../test/kit/graph.ts';
import { createDebugging } from './debugging.ts';
import { docOf } from './document.ts';
import type { OpenDocument } from './open-documents.ts';
import { stopFault } from './stop-places.ts';
import { editText, goOn, lookedStop, nodeIn, readDraft, stopsOf, turnsOf } from './stops.ts';
import type { Studio } from './studio.ts';

const wait = (step: string, more: object = {}) => ({
  ...{ wait: `wait_${step}`, step, kind: 'breakpoint', state: 'open', payloadHash: `hash ${step}` },
  ...more,
});
const view = { waits: [wait('a'), wait('b', { state: 'decided' }), wait('c', { kind: 'review' }), wait('d')] } as never;

describe('where a run is stopped', () => {
  it('is every open breakpoint, and the chosen one is looked at', () => {
    const stops = stopsOf({ view });
    expect(stops.map(({ step }) => step)).toEqual(['a', 'd']);
    expect(lookedStop(stops, 'wait_d')?.step).toBe('d');
    expect(lookedStop(stops, 'wait_b')?.step).toBe('a');
    expect(stopsOf({ view: undefined })).toEqual([]);
  });

  it('is named by the node that can be seen, and its turns', () => {
    const doc = docOf(graph([{ id: 'answer', type: 't-text', config: { id: 'answer' } }], []));
    expect(nodeIn(doc, 'answer/model')).toBe('answer');
    expect(nodeIn(doc, 'map[3]/answer')).toBe('answer');
    expect(nodeIn(doc, 'gone')).toBeUndefined();
    expect(turnsOf('map[3]/inner[0]/ask')).toEqual([4, 1]);
  });

  it('is nowhere on a wire that hands a result back', () => {
    const nodes = ['map', 'in'].map((id) => ({ id, type: 't-text', config: { id } }));
    const doc = docOf(
      graph(
        [...nodes, { id: 'leaf', type: 't-text', config: { id: 'leaf' }, parent: 'map' }],
        ['in > map.items', 'map.item > leaf', 'leaf > map.result'],
      ),
    );
    expect(['edge:e0000', 'edge:e0001', 'edge:e0002', 'leaf'].map((ref) => stopFault(doc, ref)?.key)).toEqual([
      undefined,
      undefined,
      'unavailable.sinkWire',
      undefined,
    ]);
  });
});

describe('a value that is written in place of another', () => {
  const cases: [string, unknown, Port, object][] = [
    ['7', 'six', { type: 'text' }, { value: '7' }],
    ['7', 6, { type: 'number' }, { value: 7 }],
    ['seven', 6, { type: 'number' }, { fault: expect.any(String) }],
    ['"7"', 6, { type: 'number' }, { fault: expect.stringContaining('number') }],
    ['true', 'no', { type: 'any' }, { value: 'true' }],
    ['["a"]', undefined, { type: 'any', many: true }, { value: ['a'] }],
    ['a', undefined, { type: 'text', many: true }, { fault: expect.any(String) }],
    ['[1]', ['x'], { type: 'text', many: true }, { fault: expect.stringContaining('at 0') }],
  ];

  it.each(cases)('%s instead of %j', (text, before, port, read) => {
    expect(readDraft(text, before as never, port)).toEqual({ text, ...read });
  });

  it('begins as what it is', () => {
    expect([editText('a\nb'), editText([1]), editText(null), editText(undefined)]).toEqual([
      'a\nb',
      '[\n  1\n]',
      'null',
      '',
    ]);
  });
});

describe('going on', () => {
  function bench(refuse?: AppError) {
    const debug = createDebugging('wf_1');
    const decided: object[] = [];
    const resumed: unknown[] = [];
    const told: unknown[] = [];
    const studio = {
      client: {
        review: {
          async decide(request: object) {
            if (refuse) throw refuse;
            decided.push(request);
          },
        },
      },
      notices: { tell: (words: unknown) => told.push(words) },
    } as unknown as Studio;
    const run = { store: { getState: () => ({ view }) }, resume: async (until?: string) => void resumed.push(until) };
    return { debug, decided, resumed, told, studio, open: { debug, run } as unknown as OpenDocument };
  }

  it('takes what was put in along, at every stop, bound to what was seen', async () => {
    const { debug, decided, resumed, studio, open } = bench();
    debug.draft('wait_d', 'value', { text: '7', value: 7 });
    await goOn(studio, open, { action: 'continue', until: 'z' });
    expect(decided).toEqual([
      { task: 'wait_a', action: 'continue', values: {}, by: 'studio', payloadHash: 'hash a' },
      { task: 'wait_d', action: 'continue', values: { inputs: { value: 7 } }, by: 'studio', payloadHash: 'hash d' },
    ]);
    expect(resumed).toEqual(['z']);
    expect(debug.stops.getState()).toMatchObject({ busy: false, drafts: new Map() });
  });

  it('steps at the stop that is looked at alone', async () => {
    const { debug, decided, studio, open } = bench();
    debug.stops.setState({ chosen: 'wait_d' });
    await Promise.all([goOn(studio, open, { action: 'step' }), goOn(studio, open, { action: 'step' })]);
    // Two presses of a key are one step.
    expect(decided).toMatchObject([{ task: 'wait_d', action: 'step' }]);
  });

  it('stays where a value does not fit, and keeps it when the host refuses', async () => {
    const { debug, decided, told, studio, open } = bench();
    debug.draft('wait_d', 'value', { text: 'x', fault: 'no number' });
    await goOn(studio, open, { action: 'continue' });
    expect({ decided, told, chosen: debug.stops.getState().chosen }).toEqual({
      decided: [],
      told: [{ key: 'debug.broken' }],
      chosen: 'wait_d',
    });
    const refused = bench(new AppError('run.decision', { message: 'No.' }));
    refused.debug.draft('wait_a', 'value', { text: 'x', value: 'x' });
    await expect(goOn(refused.studio, refused.open, { action: 'continue' })).rejects.toThrow('No.');
    expect(refused.debug.stops.getState()).toMatchObject({ busy: false });
    expect(refused.debug.stops.getState().drafts.has('wait_a')).toBe(true);
  });
});
