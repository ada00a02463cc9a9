import type { CallOptions } from '../../core/capabilities/capabilities.ts';
import { AppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import type { Profile } from '../../core/workspace/workspace-config.ts';
import { type ErrorPlace, providerError } from './provider-errors.ts';

/** What is checked before a call of any kind is made. */

/** Of what runs on this machine. */
export const noCost = { nanoUsd: 0, known: true, priceVersion: 'built-in' };

/** @throws AppError run.cancelled */
export function assertOpen({ signal }: CallOptions, profile: string): void {
  if (signal?.aborted) {
    throw new AppError('run.cancelled', { message: 'The call was cancelled.', where: `profile ${profile}` });
  }
}

/** @throws AppError provider.personal_data */
export function checkPersonal(profile: Profile, place: ErrorPlace): void {
  if (profile.personalData !== false) return;
  throw providerError('provider.personal_data', place, {
    message: 'The step is marked personal, and the profile says that it must get no personal data. It was not sent.',
    remedy: 'Name a profile that may have personal data.',
    data: { unsent: true },
  });
}

/** @throws AppError profile.invalid when a profile names another built-in model than the one there is */
export function checkBuiltIn(profile: string, model: string, known: string): void {
  if (model === known) return;
  throw new AppError('profile.invalid', {
    message: `There is no built-in model “${model}” for this use.${didYouMean(model, [known])}`,
    where: `profile ${profile}`,
    remedy: `Write "model": "${known}".`,
  });
}
