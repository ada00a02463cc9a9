import { AppError } from '../../core/errors/app-error.ts';
import { readKeyFile } from '../files/key-file.ts';
import { seal, unseal } from '../files/seal.ts';

/**
 * AES-256-GCM over personal payloads. The key lies in the profile of the user, outside the workspace: a copied or
 * published workspace folder tells nothing. Each text is bound to its `place` (run and digest).
 */
export class PersonalCipher {
  readonly #keyFile: string;
  #key: Buffer | undefined;

  constructor(keyFile: string) {
    this.#keyFile = keyFile;
  }

  encrypt(text: string, place: string): Buffer {
    return seal(this.#load(true), text, place);
  }

  /** @throws AppError run.not_replayable without the key; Error when the bytes are damaged or of another key */
  decrypt(bytes: Buffer, place: string): string {
    return unseal(this.#load(false), bytes, place);
  }

  #load(make: boolean): Buffer {
    this.#key ??= readKeyFile(this.#keyFile, 'the personal payloads', make);
    if (this.#key !== undefined) return this.#key;
    throw new AppError('run.not_replayable', {
      message: 'The key of the personal payloads is not on this machine.',
      where: this.#keyFile,
      remedy: 'Bring the key file back from the profile that recorded the run; without it the payloads stay closed.',
    });
  }
}
