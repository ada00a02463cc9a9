import { AppError, parseDuration, parseTimestamp, type Run } from '../../app/core/nodekit/index.ts';
import { LONGEST_WAIT_MS, type wait } from './manifest.ts';

export const run: Run<typeof wait> = async ({ config, inputs }, { cap, step, detail }) => {
  const until = config.until === undefined ? undefined : parseTimestamp(config.until);
  const forMs = config.for === undefined ? undefined : parseDuration(config.for);
  if ((until === undefined) === (forMs === undefined)) {
    throw new AppError('step.input', {
      message: until === undefined ? 'Nothing says how long to wait.' : 'Both “for” and “until” say how long to wait.',
      where: `node ${step.nodeId}`,
      remedy: 'Give one of the two, in the config or by a wire to config/for or config/until.',
    });
  }
  const now = cap.clock.now();
  const dueAt = until ?? now + (forMs as number);
  if (dueAt - now > LONGEST_WAIT_MS) {
    throw new AppError('step.input', {
      message: `The time ${new Date(dueAt).toISOString()} is more than ten years away.`,
      where: `node ${step.nodeId}`,
      remedy: 'Correct the time.',
    });
  }
  const at = new Date(dueAt).toISOString();
  await cap.waits.timer({ title: config.title === '' ? `Until ${at}` : config.title, dueAt });
  detail({ at });
  return { value: inputs.value, at };
};
