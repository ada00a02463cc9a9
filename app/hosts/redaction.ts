import { createSecretRedactor, type Redactor } from '../adapters/models/secret-redactor.ts';
import type { JsonObject } from '../core/graph/json.ts';
import type { Capture } from '../core/run/events.ts';
import { redactJson } from '../core/run/shown-value.ts';
import {
  findPersonalData,
  type PhoneFinder,
  personalDataKinds,
  redactPersonalData,
} from '../core/text/personal-data.ts';
import type { Secrets } from './secrets.ts';

type RedactText = (text: string) => string;

export interface Redaction {
  /** For what is shown under a capture setting. */
  redactor(capture: Capture): Promise<RedactText>;
  /** For log entries and errors before they are kept: secrets always, and personal data. */
  redact(data: JsonObject): JsonObject;
  /** Takes the values of secrets out, and nothing else: for texts that are worked with. */
  withoutSecrets: RedactText;
}

/**
 * Takes the values of all secrets that can be had here, and what looks like personal data, out of texts. A secret that is
 * set, unlocked or replaced meanwhile counts from then on; one that was taken away goes on being taken out.
 */
export function createRedaction(secrets: Pick<Secrets, 'values' | 'stamp'>): Redaction {
  let redactor: Redactor | undefined;
  let stamp: string | undefined;
  const known = new Set<string>();
  const secretRedactor = (): Redactor => {
    const now = secrets.stamp();
    if (redactor !== undefined && stamp === now) return redactor;
    for (const value of secrets.values()) known.add(value);
    redactor = createSecretRedactor(known);
    stamp = now;
    return redactor;
  };
  let phones: PhoneFinder | undefined;
  const withoutPersonalData: RedactText = (text) => {
    const clean = secretRedactor()(text);
    return redactPersonalData(clean, findPersonalData(clean, personalDataKinds, phones));
  };
  return {
    async redactor(capture) {
      if (capture === 'full') return (text) => secretRedactor()(text);
      // The number plans are large: loaded only where payloads are to be redacted.
      phones ??= (await import('../core/text/phone-numbers.ts')).phoneFinder(['US']);
      return withoutPersonalData;
    },
    redact: (data) => redactJson(data, withoutPersonalData),
    withoutSecrets: (text) => secretRedactor().known(text),
  };
}
