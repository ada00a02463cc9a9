import { join } from 'node:path';

/**
 * For the environment of a command or an engine that a test starts from the source tree: where Node keeps what it has
 * compiled. One place for all; with a home of its own each would compile the whole program anew.
 */
export const compileCache = { NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/compiled') };
