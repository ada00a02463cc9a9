import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../core/errors/app-error.ts';
import { packageFolder } from './package-folder.ts';

/** Where the built studio lies. @throws AppError studio.missing */
export function studioFolder(): string {
  const folder = join(packageFolder(), 'dist', 'studio');
  if (existsSync(join(folder, 'index.html'))) return folder;
  throw new AppError('studio.missing', {
    message: 'The studio has not been built.',
    where: 'dist/studio',
    remedy: 'Run `npm run build` once.',
  });
}
