import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { errorCodes } from '../../app/core/errors/error-codes.ts';

const root = join(import.meta.dirname, '../..');
const product = ['app', 'nodes'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('core/errors/'))
    .map((file) => readFileSync(join(root, folder, file), 'utf8')),
);

it.each(Object.keys(errorCodes))('the product uses the error code %s', (code) => {
  expect(product.some((text) => text.includes(`'${code}'`))).toBe(true);
});
