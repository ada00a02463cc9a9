import type { Bench } from './report.ts';

/** Every bench by name; code is loaded when it is run. */
export const benches: { readonly [name: string]: { summary: string; load: () => Promise<Bench> } } = {
  chain: {
    summary: '100 pure steps with a journal on disk: microseconds a step, by how often it must be durable',
    load: async () => (await import('./chain.ts')).chain,
  },
  fanout: {
    summary: '1 step, 200 parallel steps of 20 ms, 1 step',
    load: async () => (await import('./fanout.ts')).fanout,
  },
  'cold-start': {
    summary: 'the built command from nothing to the end of a 5-node run, whole process',
    load: async () => (await import('./cold-start.ts')).coldStart,
  },
  retriever: {
    summary: 'searches of the retriever beside raw LanceDB calls, and ingestion into a collection',
    load: async () => (await import('./retriever.ts')).retrieverSpeed,
  },
  documents: {
    summary: 'loaders on real files: what is read, what is refused and why, the slowest, memory (PIPEWRIGHT_DATA)',
    load: async () => (await import('./documents.ts')).documents,
  },
  cranfield: {
    summary: 'retrieval quality beside BM25 (PIPEWRIGHT_DATA)',
    load: async () => (await import('./cranfield.ts')).cranfield,
  },
  reader: {
    summary: 'the built-in extractive reader beside trivial answerers (PIPEWRIGHT_DATA)',
    load: async () => (await import('./reader.ts')).reader,
  },
  'word-classifier': {
    summary: 'the built-in word classifier beside the commonest label (PIPEWRIGHT_DATA)',
    load: async () => (await import('./word-classifier.ts')).wordClassifier,
  },
  sample: {
    summary: 'the sample workspace over its 40 questions: sources found, abstentions, escalations, misses by id',
    load: async () => (await import('./sample.ts')).sample,
  },
  canvas: {
    summary: 'the studio’s canvas beside bare React Flow at 1,000 and 5,000 nodes: first paint, frames while panning',
    load: async () => (await import('./canvas.ts')).canvas,
  },
  'step-events': {
    summary: 'a graph of 1,000 nodes that shows 1,000 step events a second: frames, keys, how far it lags behind',
    load: async () => (await import('./step-events.ts')).stepEvents,
  },
  'studio-start': {
    summary: '`npm start` from nothing to a sample that can be run in Chromium, the first time and again',
    load: async () => (await import('./studio-start.ts')).studioStart,
  },
  peers: {
    summary: 'the same work by LangGraph, Rivet, Node-RED, LangChain and a bare client (installs them)',
    load: async () => (await import('./peers.ts')).peers,
  },
  limiter: {
    summary: 'two processes on limits of a provider, ours and rate-limiter-flexible: refused, share of the limit used',
    load: async () => (await import('./limiter.ts')).limiter,
  },
  'limiter-minute': {
    summary: 'the same in real minutes (20 minutes)',
    load: async () => (await import('./limiter.ts')).limiterMinute,
  },
  'run-list': {
    summary: 'lists of 100,000 runs under the filters that people use, and finding one of them by its id',
    load: async () => (await import('./run-list.ts')).runList,
  },
  'trace-view': {
    summary: 'in Chromium: a trace of 10,000 steps opened, scrolled and searched; two runs of 1,000 steps compared',
    load: async () => (await import('./trace-view.ts')).traceView,
  },
  resume: {
    summary: 'a run of 10,000 steps: memory, time to take it up again',
    load: async () => (await import('./resume.ts')).resume,
  },
};
