import { AppError, type Json, type Run, type Turn } from '../../app/core/nodekit/index.ts';
import type { chatMemory } from './manifest.ts';
import { sumUp } from './sum-up.ts';
import { lastTurns, toMessages } from './window.ts';

/** Turns that are read at most: more than any window, so that what a summary still lacks is there. */
const READ_LIMIT = 500;
const LONGEST_SESSION = 200;

export const run: Run<typeof chatMemory> = async ({ config, inputs }, { cap, detail, step }) => {
  const { message } = inputs;
  const key = { space: config.space, session: sessionOf(inputs.session, step.nodeId) };
  const count = (text: string) => cap.tokenizer.count(text);
  const past = await cap.memory.read({ ...key, limit: READ_LIMIT });

  let summary = past.summary?.text;
  let kept = lastTurns(past.turns, config, count);
  let summedUp = 0;
  if (config.older === 'summary' && kept.length < past.turns.length) {
    // Half the window at once: a model is asked every few turns and not at each.
    const half = { turns: Math.floor(config.turns / 2), tokens: Math.floor(config.tokens / 2) };
    kept = lastTurns(past.turns, half, count);
    const older = past.turns.slice(0, past.turns.length - kept.length);
    summedUp = older.length;
    summary = await sumUp({
      model: cap.model,
      profile: config.profile ?? '',
      before: summary,
      turns: older,
      maxTokens: config.summaryTokens,
      where: `node ${step.nodeId}, profile ${config.profile}`,
    });
    await cap.memory.summarise({ ...key, text: summary, until: (older.at(-1) as Turn).turn });
  }

  const history = toMessages(summary, kept);
  const facts = {
    given: kept.length,
    dropped: past.turns.length - kept.length - summedUp,
    summedUp,
    summary: summary !== undefined,
  };
  detail(facts);
  const { reply, value } = await cap.body.run(0, { message, history: history as unknown as Json });
  if (typeof reply !== 'string') return { reply: undefined, value, messages: undefined, info: facts };
  const { turn } = await cap.memory.append({ ...key, user: message, assistant: reply });
  return {
    reply,
    value,
    messages: [...history, { role: 'user', content: message }, { role: 'assistant', content: reply }],
    info: { ...facts, turn },
  };
};

/** @throws AppError memory.session */
function sessionOf(text: string, nodeId: string): string {
  const session = text.trim();
  if (session !== '' && session.length <= LONGEST_SESSION && session.isWellFormed()) return session;
  throw new AppError('memory.session', {
    message:
      session === ''
        ? 'The session is empty: everybody would share one conversation.'
        : `A session is named by a text of at most ${LONGEST_SESSION} characters; this one has ${session.length}.`,
    where: `node ${nodeId}, input session`,
    remedy: 'Give each conversation an id of its own, such as a random one.',
  });
}
