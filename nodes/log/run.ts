import type { Json, JsonObject, Run } from '../../app/core/nodekit/index.ts';
import { compileTemplate } from '../../app/core/template/template.ts';
import type { log } from './manifest.ts';

/** Characters of a message that are kept. */
const longest = 10_000;

export const run: Run<typeof log> = ({ config, inputs, ports }, { cap }) => {
  const message = compileTemplate(config.message).render(ports).slice(0, longest);
  const values = Object.entries(ports).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  const data: JsonObject = Object.fromEntries(values);
  cap.log.write({ level: config.level, message, ...(config.data && values.length > 0 && { data }) });
  return { value: inputs.value };
};
