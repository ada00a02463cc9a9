// Writes dist/licences.json: every package that comes with Pipewright or is bundled into it, with its licence and the
// text that its licence wants handed on. The settings show it. Part of `npm run build`.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rooms } from './architecture/rooms.ts';

interface Locked {
  dependencies?: { [name: string]: string };
  optionalDependencies?: { [name: string]: string };
}

/** The file that the host reads (app/hosts/about.ts). */
export interface LicenceFile {
  /** `text`: its place in `texts`. */
  packages: { name: string; version: string; licence: string; text: number | null }[];
  texts: string[];
}

const root = join(import.meta.dirname, '..');
const readJson = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), 'utf8')) as T;

/** Packages that the studio's page is bundled from: they are no dependencies of the package, and are handed on all the same. */
const bundled = rooms.flatMap(({ name, packages }) => (name === 'renderer' && packages !== 'any' ? packages : []));

/** All packages that these lead to, as keys of the lock; found as Node finds them: the nearest folder upwards. */
export function closure(packages: { [key: string]: Locked }, names: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (name: string, from: string): void => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
      const key = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
      const locked = packages[key];
      if (locked) follow(key, locked);
      if (locked || at === '') return;
    }
  };
  const follow = (key: string, { dependencies, optionalDependencies }: Locked): void => {
    if (found.has(key)) return;
    found.add(key);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) visit(name, key);
  };
  for (const name of names) visit(name, '');
  return [...found].sort();
}

interface AboutPackage {
  name: string;
  version: string;
  license?: string | { type?: string };
  licenses?: { type?: string }[];
}

/** Older packages write their licence as an object, or as a list of them. */
function licenceOf({ license, licenses = [] }: AboutPackage): string {
  if (typeof license === 'string') return license;
  const named = [license, ...licenses].flatMap((one) => one?.type ?? []);
  return named.length > 0 ? named.join(' OR ') : 'see its text';
}

export function licenceFile(): LicenceFile {
  const { packages } = readJson<{ packages: { [key: string]: Locked } }>('package-lock.json');
  const { dependencies } = readJson<{ dependencies: { [name: string]: string } }>('package.json');
  const texts: string[] = [];
  const listed = new Map<string, LicenceFile['packages'][number]>();
  for (const key of closure(packages, [...Object.keys(dependencies), ...bundled])) {
    const folder = join(root, key);
    // Built for another platform: it is not handed on from here.
    if (!existsSync(join(folder, 'package.json'))) continue;
    const about = readJson<AboutPackage>(join(key, 'package.json'));
    const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)([-.].*)?$/i.test(name));
    const text = file === undefined ? undefined : readFileSync(join(folder, file), 'utf8').trim();
    if (text !== undefined && !texts.includes(text)) texts.push(text);
    const { name, version } = about;
    const place = text === undefined ? null : texts.indexOf(text);
    listed.set(`${name} ${version}`, { name, version, licence: licenceOf(about), text: place });
  }
  return { packages: [...listed.values()].sort((a, b) => a.name.localeCompare(b.name, 'en')), texts };
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(join(root, 'dist/licences.json'), `${JSON.stringify(licenceFile())}\n`);
