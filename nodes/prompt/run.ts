import { AppError, isAppError, type Json, type Message, type Run } from '../../app/core/nodekit/index.ts';
import { parsePrompt } from '../../app/core/template/prompt-file.ts';
import { compileTemplate } from '../../app/core/template/template.ts';
import type { prompt } from './manifest.ts';

export const run: Run<typeof prompt> = ({ config, inputs, ports }, context) => {
  const values: { [name: string]: Json } = { ...config.defaults };
  for (const name of config.variables) {
    const value = ports[name];
    if (value !== undefined) values[name] = value;
  }
  const rendered =
    config.prompt !== undefined
      ? parsePrompt(context.prompt(config.prompt), `prompt ${config.prompt}`).render(values)
      : (config.messages ?? []).map(({ role, template }, i): Message => ({ role, content: fill(template, values, i) }));
  const messages = withHistory(rendered, inputs.history);
  context.detail({
    ...(config.prompt !== undefined && { prompt: config.prompt }),
    messages: messages.length,
    characters: messages.reduce((sum, { content }) => sum + content.length, 0),
  });
  return { messages, text: messages.map(({ content }) => content).join('\n\n') };
};

/** Roles of an earlier conversation stay what they are, but for system messages: nothing of it gets to say the rules. */
function withHistory(messages: Message[], history: Message[] = []): Message[] {
  const first = messages.findIndex(({ role }) => role !== 'system');
  const at = first < 0 ? messages.length : first;
  return messages.toSpliced(at, 0, ...history.filter(({ role }) => role !== 'system'));
}

/** Renders one message; says which one when it fails. */
function fill(template: string, values: { [name: string]: Json }, index: number): string {
  try {
    return compileTemplate(template).render(values);
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    const where = `messages[${index}].template${thrown.where === undefined ? '' : `, ${thrown.where}`}`;
    throw new AppError(thrown.code, {
      message: thrown.message,
      where,
      remedy: thrown.remedy,
      data: thrown.data,
      cause: thrown,
    });
  }
}
