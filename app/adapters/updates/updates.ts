import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { createEgress, type EgressLimits, type EgressRequest } from '../egress/egress.ts';
import { ownersAddresses } from '../egress/open-request.ts';
import type { Target } from '../egress/target.ts';
import { syncFolder } from '../files/private-file.ts';
import { writeProfileFile } from '../files/profile-file.ts';
import { storageError } from '../files/write-file-atomic.ts';
import {
  type Installation,
  MANIFEST_BYTES,
  MANIFEST_FILE,
  offeredFile,
  openManifest,
  type UpdateFile,
} from './manifest.ts';

/** Where releases are announced, and the key that their manifests are signed with: both are part of the release. */
export interface UpdateChannel {
  /** Folder of the channel: an https address that ends with a slash. */
  url: string;
  /** The public key: Ed25519, SPKI, in base64. */
  key: string;
}

export interface UpdatesOptions {
  channel: UpdateChannel;
  installation: Installation;
  /** Of our own: nobody else writes in it. */
  folder: string;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** A newer release, and its file for this installation. */
export interface Offer {
  version: string;
  file: UpdateFile;
}

export interface Updates {
  /**
   * Asks the channel, and removes what was downloaded before. @returns undefined when this is the newest release
   * @throws AppError update.channel, update.unsigned, update.refused
   */
  check(): Promise<Offer | undefined>;
  /**
   * Gets the file and looks whether it is the one that was signed; any other is removed.
   * @param progress bytes so far
   * @returns the path of the file
   * @throws AppError update.channel, update.damaged, storage.*
   */
  download(offer: Offer, progress: (received: number) => void): Promise<string>;
  /** Looks again at a downloaded file, just before it is installed. @throws AppError update.damaged */
  verify(offer: Offer): Promise<void>;
}

const patience = { connectMs: 15_000, idleMs: 30_000, maxRedirects: 3 };
const manifestLimits: EgressLimits = { ...patience, totalMs: 60_000, maxBytes: MANIFEST_BYTES };
const DOWNLOAD_MS = 60 * 60_000;

const Seen = z.strictObject({ issued: z.iso.datetime() });

/**
 * The update channel of an installation: what it offers is signed, newer, meant for this program and platform, and of
 * the very bytes that were signed, or it is refused. Installing is somebody else's.
 */
export function openUpdates({ channel, installation, folder, now }: UpdatesOptions): Updates {
  const egress = createEgress();
  const base = channelUrl(channel.url);
  const files = join(folder, 'files');
  const seenFile = join(folder, 'seen.json');
  const pathOf = ({ file }: Offer): string => join(files, file.name);

  /** @throws AppError update.channel for whatever keeps the channel from answering, and for a redirect that leaves it */
  async function get(name: string, limits: EgressLimits, sink?: EgressRequest['sink']): Promise<Uint8Array> {
    const url = new URL(name, base).href;
    const headers = { accept: '*/*', 'cache-control': 'no-cache' };
    try {
      const { status, body } = await egress({ url, method: 'GET', headers, limits, admit, sink });
      if (status !== 200) throw unanswered(`It answers ${name} with ${status}.`);
      return body;
    } catch (thrown) {
      if (!isAppError(thrown) || !thrown.code.startsWith('egress.')) throw thrown;
      if (sink && thrown.code === 'egress.too_large') throw damaged(name, 'It is larger.');
      throw unanswered(thrown.message);
    }
  }

  function admit(target: Target): typeof ownersAddresses {
    if (target.origin !== base.origin) throw unanswered(`It leads to ${target.origin}, which is another place.`);
    return ownersAddresses;
  }

  function unanswered(reason: string): AppError {
    return new AppError('update.channel', {
      message: `The update channel gave no usable answer. ${reason}`,
      where: base.origin,
      remedy: 'Check the network and try again. What is installed goes on to work.',
    });
  }

  function seen(): string | undefined {
    try {
      return Seen.parse(JSON.parse(readFileSync(seenFile, 'utf8'))).issued;
    } catch {
      return undefined;
    }
  }

  return {
    async check() {
      rmSync(files, { recursive: true, force: true });
      const manifest = openManifest(await get(MANIFEST_FILE, manifestLimits), channel.key);
      const file = offeredFile(manifest, { ...installation, now: now(), seen: seen() });
      writeProfileFile(seenFile, `${JSON.stringify({ issued: manifest.issued })}\n`);
      return file && { version: manifest.version, file };
    },

    async download(offer, progress) {
      const { name, size, sha512 } = offer.file;
      rmSync(files, { recursive: true, force: true });
      const path = pathOf(offer);
      const partial = `${path}.partial`;
      const hash = createHash('sha512');
      let received = 0;
      let descriptor: number | undefined;
      try {
        mkdirSync(files, { recursive: true, mode: 0o700 });
        const handle = openSync(partial, 'wx', 0o600);
        descriptor = handle;
        await get(name, { ...patience, totalMs: DOWNLOAD_MS, maxBytes: size }, (piece) => {
          for (let at = 0; at < piece.byteLength; ) at += writeSync(handle, piece, at);
          hash.update(piece);
          received += piece.byteLength;
          progress(received);
        });
        if (received !== size) throw damaged(name, `It has ${received} bytes instead of ${size}.`);
        if (hash.digest('hex') !== sha512) throw damaged(name, 'Its content is another one.');
        fsyncSync(handle);
        closeSync(handle);
        descriptor = undefined;
        renameSync(partial, path);
        syncFolder(files);
        return path;
      } catch (thrown) {
        if (descriptor !== undefined) closeSync(descriptor);
        rmSync(files, { recursive: true, force: true });
        throw isAppError(thrown) ? thrown : storageError(thrown, path);
      }
    },

    async verify(offer) {
      const { name, size, sha512 } = offer.file;
      const found = await sha512Of(pathOf(offer)).catch(() => undefined);
      if (found?.size === size && found.sha512 === sha512) return;
      rmSync(files, { recursive: true, force: true });
      throw damaged(name, 'It was changed after it had been downloaded.');
    },
  };
}

/** @throws AppError update.channel for what is no https folder; plain http is for this machine only */
function channelUrl(text: string): URL {
  const url = URL.parse(text);
  const own = url?.protocol === 'http:' && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname);
  if (url && (url.protocol === 'https:' || own) && url.pathname.endsWith('/') && url.search === '') return url;
  throw new AppError('update.channel', {
    message: 'The update channel of this build is no https address of a folder.',
    remedy: 'Build it with PIPEWRIGHT_UPDATE_URL like https://updates.example.com/pipewright/.',
  });
}

function damaged(name: string, reason: string): AppError {
  return new AppError('update.damaged', {
    message: `The file of the update is not the one that was signed. ${reason} It was removed, and nothing was installed.`,
    where: name,
    remedy: 'Check for updates again.',
  });
}

async function sha512Of(path: string): Promise<{ size: number; sha512: string }> {
  const hash = createHash('sha512');
  let size = 0;
  const handle = await open(path);
  for await (const piece of handle.createReadStream()) {
    size += (piece as Buffer).byteLength;
    hash.update(piece as Buffer);
  }
  return { size, sha512: hash.digest('hex') };
}
