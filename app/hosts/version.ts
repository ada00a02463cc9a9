import { createRequire } from 'node:module';

/** The version of this package: found by its own name, so that it works from the source tree and from dist/. */
export function packageVersion(): string {
  const about = createRequire(import.meta.url)('pipewright/package.json') as { version: string };
  return about.version;
}
