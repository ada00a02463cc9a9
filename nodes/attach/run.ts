import type { Attachment } from '../../app/core/graph/values.ts';
import { attachmentTokens } from '../../app/core/media/attachments.ts';
import { base64Size } from '../../app/core/media/base64.ts';
import { attachmentsIn } from '../../app/core/media/read-attachment.ts';
import { AppError, isAppError, type JsonObject, type Message, type Run } from '../../app/core/nodekit/index.ts';
import type { attach } from './manifest.ts';

/** Bytes of all that goes with one message: what the providers take in one request. */
const MOST_BYTES = 32 * 1_048_576;

export const run: Run<typeof attach> = async ({ config, inputs }, { cap, step, detail, signal }) => {
  const { maxFiles, maxFileBytes, onFault } = config;
  const attachments: Attachment[] = [];
  const failures: JsonObject[] = [];
  if (config.files.length > 0) {
    const found = await cap.documents.attach({ patterns: config.files, maxFiles, maxFileBytes });
    const first = found.failures[0];
    if (first !== undefined && onFault === 'fail') {
      throw new AppError('attachment.type', {
        message: `${first.file} cannot be attached: ${first.message}`,
        where: `node ${step.nodeId}, documents/${first.file}`,
        remedy: 'Mend or leave out the file, or skip such files with onFault: skip.',
        data: { code: first.code, failures: found.failures.length },
      });
    }
    attachments.push(...found.attachments);
    failures.push(...found.failures);
  }
  for (const [i, value] of (inputs.data ?? []).entries()) {
    signal.throwIfAborted();
    for (const [j, item] of (Array.isArray(value) ? value : [value]).entries()) {
      const where = `node ${step.nodeId}, port data${i + j > 0 ? `, value ${i + 1}, item ${j + 1}` : ''}`;
      try {
        attachments.push(...attachmentsIn(item, { maxBytes: maxFileBytes, maxFiles }, where));
      } catch (thrown) {
        if (onFault === 'fail' || !isAppError(thrown)) throw thrown;
        failures.push({ file: where, code: thrown.code, message: thrown.message });
      }
    }
  }
  const bytes = attachments.reduce((sum, { data }) => sum + base64Size(data), 0);
  if (attachments.length > maxFiles || bytes > MOST_BYTES) {
    throw new AppError('attachment.too_large', {
      message:
        attachments.length > maxFiles
          ? `There are ${attachments.length} files; at most ${maxFiles} go with one message.`
          : `The files have ${bytes} bytes together; at most ${MOST_BYTES} go with one message.`,
      where: `node ${step.nodeId}`,
      remedy: 'Show the model fewer at a time, for example with the node map.',
      data: { files: attachments.length, bytes },
    });
  }
  detail({
    attached: attachments.map(({ kind, mime, name, data }) => ({
      kind,
      mime,
      ...(name !== undefined && { name }),
      bytes: base64Size(data),
    })),
    tokens: attachments.reduce((sum, one) => sum + attachmentTokens(one), 0),
    failures: failures.length,
  });
  return { messages: withAttachments(inputs.messages ?? [], attachments, inputs.text ?? ''), failures };
};

/** The last message of the user carries them: that is the one that a model answers. */
function withAttachments(messages: readonly Message[], attachments: Attachment[], text: string): Message[] {
  const at = messages.findLastIndex(({ role }) => role === 'user');
  const last = messages[at];
  if (last === undefined) return [...messages, { role: 'user', content: text, attachments }];
  return messages.with(at, { ...last, attachments: [...(last.attachments ?? []), ...attachments] });
}
