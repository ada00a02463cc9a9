import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, readFileSync, rmSync } from 'node:fs';
import { AppError } from '../../core/errors/app-error.ts';
import { writePrivateFile } from './private-file.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Of two processes that make the key at once, the first wins: a link, unlike a rename, replaces nothing. */
function makeKey(file: string): void {
  const own = `${file}.${process.pid}`;
  writePrivateFile(own, randomBytes(KEY_BYTES));
  try {
    linkSync(own, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

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
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#load(true), nonce).setAAD(Buffer.from(place));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]);
  }

  /** @throws AppError run.not_replayable without the key; Error when the bytes are damaged or of another key */
  decrypt(bytes: Buffer, place: string): string {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#load(false), nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  }

  #load(make: boolean): Buffer {
    if (this.#key !== undefined) return this.#key;
    if (!existsSync(this.#keyFile)) {
      if (!make) {
        throw new AppError('run.not_replayable', {
          message: 'The key of the personal payloads is not on this machine.',
          where: this.#keyFile,
          remedy:
            'Bring the key file back from the profile that recorded the run; without it the payloads stay closed.',
        });
      }
      makeKey(this.#keyFile);
    }
    chmodSync(this.#keyFile, 0o600);
    const key = readFileSync(this.#keyFile);
    if (key.length !== KEY_BYTES) {
      throw new AppError('storage.corrupt', {
        message: `The key of the personal payloads is ${key.length} bytes long, not ${KEY_BYTES}.`,
        where: this.#keyFile,
        remedy: 'Restore the key file from a backup of the profile.',
      });
    }
    this.#key = key;
    return key;
  }
}
