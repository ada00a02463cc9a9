import { join } from 'node:path';
import { numbers, prompt, question, STEPS, step, WIDTH, wait } from './workload.mjs';

const chain = (count = STEPS) => {
  let value = 'x';
  for (let i = 0; i < count; i += 1) value = step(i, value);
  return value;
};

const ask = async (baseUrl) => {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: prompt(question) }] }),
  });
  return (await response.json()).choices[0].message.content;
};

/** Rows that are on the disk when `keep` resolves; those of one turn of the event loop share a commit. */
async function durableRows(folder) {
  // Only here: what is bare starts without it.
  const [{ default: Database }, { settleWal }] = await Promise.all([
    import('better-sqlite3'),
    import('../settle-wal.ts'),
  ]);
  const db = new Database(join(folder, 'rows.db'));
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE rows (id INTEGER PRIMARY KEY, body)');
  settleWal(db);
  const insert = db.prepare('INSERT INTO rows (body) VALUES (?)');
  let waiting = [];
  const commit = () => {
    const group = waiting;
    waiting = [];
    db.exec('BEGIN IMMEDIATE');
    for (const { body } of group) insert.run(body);
    db.exec('COMMIT');
    for (const { resolve } of group) resolve();
  };
  // A transaction by itself.
  const now = (body) => insert.run(body);
  const keep = (body) =>
    new Promise((resolve) => {
      if (waiting.length === 0) setImmediate(commit);
      waiting.push({ body, resolve });
    });
  return { now, keep };
}

export const variants = {
  bare: {
    chain: async () => () => chain(),
    cold: async () => () => chain(5),
    fanout: async () => async () => (await Promise.all(numbers(WIDTH).map(wait))).length,
    model:
      async ({ baseUrl }) =>
      () =>
        ask(baseUrl),
  },
  // No engine, but what must be on the disk is: a row of each step, an intent before each call and its answer after it.
  durable: {
    chain: async ({ folder }) => {
      const { now } = await durableRows(folder);
      return () => {
        let value = 'x';
        for (let i = 0; i < STEPS; i += 1) {
          value = step(i, value);
          now(JSON.stringify({ step: `n${i}`, at: Date.now(), outputs: { value } }));
        }
        return value;
      };
    },
    model: async ({ folder, baseUrl }) => {
      const { keep } = await durableRows(folder);
      return async () => {
        await keep(JSON.stringify({ question, at: Date.now() }));
        const answer = await ask(baseUrl);
        await keep(JSON.stringify({ answer, at: Date.now() }));
        return answer;
      };
    },
  },
};
