import { AppError, isAppError, type Json, type JsonObject, type Run } from '../../app/core/nodekit/index.ts';
import { compileTemplate } from '../../app/core/template/template.ts';
import type { notify } from './manifest.ts';

export const run: Run<typeof notify> = async ({ config, ports }, { cap, detail, step }) => {
  const { channel, level, url = '', urlSecret, timeoutMs } = config;
  const values: { [name: string]: Json } = {};
  for (const name of config.variables) {
    const value = ports[name];
    if (value !== undefined) values[name] = value;
  }
  const title = fill(config.title, values, `node ${step.nodeId}, title`);
  const text = fill(config.text, values, `node ${step.nodeId}, text`);
  detail({ channel, level, characters: title.length + text.length });
  if (channel === 'log') {
    cap.log.write({ level, message: [title, text].filter(Boolean).join(': ') });
    return { status: undefined, text };
  }
  const message: JsonObject =
    channel === 'slack' ? slackMessage(title, text) : { title, text, level, run: step.runId, step: step.path };
  // A second message after a crash is better than none: it is sent again, with a key by which a server can tell.
  const { status } = await cap.http.send({
    method: 'POST',
    url,
    ...(urlSecret !== undefined && { urlSecret }),
    headers: { 'content-type': 'application/json' },
    secrets: [],
    body: JSON.stringify(message),
    idempotencyHeader: 'Idempotency-Key',
    onStatus: 'fail',
    timeoutMs,
    maxBytes: 65_536,
    maxRedirects: 0,
  });
  detail({ status });
  return { status, text };
};

/** Data may call nobody (`<!channel>`) and hide no link: Slack reads these three signs as its own. */
function slackMessage(title: string, text: string): JsonObject {
  const plain = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return { text: [title && `*${plain(title).replaceAll('*', '∗')}*`, plain(text)].filter(Boolean).join('\n') };
}

function fill(template: string, values: { [name: string]: Json }, where: string): string {
  try {
    return compileTemplate(template).render(values).trim();
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    const { code, message, remedy, data, cause } = thrown;
    throw new AppError(code, { message, where, remedy, data, cause });
  }
}
