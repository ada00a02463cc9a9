import type { Message } from '../../core/graph/values.ts';
import { isTextFile } from '../../core/media/attachments.ts';
import { isBase64 } from '../../core/media/base64.ts';
import type { ModelProfile } from '../../core/workspace/workspace-config.ts';
import { type ErrorPlace, providerError } from './provider-errors.ts';
import type { ChatProvider } from './providers/chat-provider.ts';
import { chatProviders } from './providers/index.ts';

/** Whether a model may be shown images or files: by its protocol, unless the profile says that it cannot. */
export function takes(profile: ModelProfile | undefined, ability: 'images' | 'files'): boolean {
  if (profile === undefined || profile.provider === 'built-in' || profile[ability] === false) return false;
  return chatProviders[profile.provider].attachments[ability].length > 0;
}

/**
 * Refuses, before anything is sent, what the model cannot be shown: by the profile's word and by its protocol.
 * @throws AppError provider.capability, provider.invalid_request
 */
export function checkAttachments(
  messages: readonly Message[],
  profile: ModelProfile,
  provider: ChatProvider,
  place: ErrorPlace,
): void {
  for (const { role, attachments = [] } of messages) {
    for (const { kind, mime, name, data } of attachments) {
      const what = name === undefined ? mime : `“${name}” (${mime})`;
      if (role !== 'user') {
        throw providerError('provider.invalid_request', place, {
          message: `${what} is attached to a message of the ${role}: only the user's can carry one.`,
          remedy: 'Attach it to a message with the role user.',
        });
      }
      if (!isBase64(data)) {
        throw providerError('provider.invalid_request', place, {
          message: `What is attached as ${what} is no base64.`,
          remedy: 'Give the bytes of the file in base64, with padding and without line breaks.',
        });
      }
      if (isTextFile(mime)) continue;
      const ability = kind === 'image' ? 'images' : 'files';
      const types = takes(profile, ability) ? provider.attachments[ability] : [];
      if (types.includes(mime)) continue;
      throw providerError('provider.capability', place, {
        message:
          types.length > 0
            ? `The provider takes ${types.join(', ')}, not ${what}.`
            : `The model takes no ${ability}, and the step shows it ${what}.`,
        remedy:
          types.length > 0
            ? 'Convert it to one of those, or name a profile of another provider.'
            : `Name a profile of a model that takes ${ability}.`,
        data: { ability, mime },
      });
    }
  }
}
