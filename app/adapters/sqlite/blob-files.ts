import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TEMPORARY_SUFFIX, writePrivateFile } from '../files/private-file.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Files too large for rows, each named by the SHA-256 of its bytes: `blobs/<aa>/<sha256>`. */
export class BlobFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  path(name: string): string {
    return join(this.folder, name.slice(0, 2), name);
  }

  /** Durable when it returns; the answer is the name. Written inside the transaction of the row that names it. */
  write(bytes: Buffer): string {
    const name = sha256(bytes);
    writePrivateFile(this.path(name), bytes);
    return name;
  }

  /** Undefined when the file is missing. Whoever reads verifies the bytes: by their digest, or by deciphering them. */
  read(name: string): Buffer | undefined {
    try {
      return readFileSync(this.path(name));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  remove(name: string): void {
    rmSync(this.path(name), { force: true });
  }

  /** Names of all files, and the paths of what interrupted writes left. */
  list(): { names: string[]; temporary: string[] } {
    const names: string[] = [];
    const temporary: string[] = [];
    for (const entry of this.#entries()) {
      if (entry.name.endsWith(TEMPORARY_SUFFIX)) temporary.push(join(entry.parentPath, entry.name));
      else names.push(entry.name);
    }
    return { names, temporary };
  }

  #entries() {
    try {
      return readdirSync(this.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  }
}
