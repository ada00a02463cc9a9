import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Manifest, PRODUCT, type UpdateFile } from '../../app/adapters/updates/manifest.ts';
import { publicKeyOf, signManifest } from '../../scripts/packaging/sign-update.mjs';

export type Serve = (response: ServerResponse, path: string) => void;

export interface UpdateChannelServer {
  /** `http://127.0.0.1:port/` */
  url: string;
  key: KeyObject;
  /** As a release is built with it. */
  publicKey: string;
  /** Paths that were asked for. */
  asked: string[];
  /** What is served from now on, by name; a function answers as it likes. */
  serve(files: { [name: string]: Buffer | Serve }): void;
  close(): Promise<void>;
}

/** An update channel over a real loopback socket, with a key of its own. */
export async function startUpdateChannel(): Promise<UpdateChannelServer> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const asked: string[] = [];
  let served: { [name: string]: Buffer | Serve } = {};
  const server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1);
    asked.push(path);
    const found = served[path];
    if (typeof found === 'function') found(response, path);
    else response.writeHead(found ? 200 : 404, { 'content-length': found?.length ?? 0 }).end(found);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    key: privateKey,
    publicKey: publicKeyOf(privateKey),
    asked,
    serve(files) {
      served = files;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

let issued = Date.now();

/** A manifest of one file, issued after every other that was made here. */
export function manifestOf(file: Omit<UpdateFile, 'size' | 'sha512'>, bytes: Buffer, more: Partial<Manifest> = {}) {
  issued += 1;
  const manifest: Manifest = {
    format: 1,
    product: PRODUCT,
    version: '9.0.0',
    issued: new Date(issued).toISOString(),
    expires: new Date(issued + 86_400_000).toISOString(),
    files: [{ ...file, size: bytes.length, sha512: createHash('sha512').update(bytes).digest('hex') }],
    ...more,
  };
  return manifest;
}

export { signManifest };
