import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeProgram, outsideArchive } from './program-files.ts';

it('finds beside the archive of the desktop app what a plain Node cannot find in it', () => {
  expect(outsideArchive('/opt/Pipewright/resources/app.asar/dist/loader-child.js')).toBe(
    '/opt/Pipewright/resources/app.asar.unpacked/dist/loader-child.js',
  );
  expect(outsideArchive('/opt/app.asar')).toBe('/opt/app.asar.unpacked');
  expect(outsideArchive('/home/me/my-app.asar.d/dist/x.js')).toBe('/home/me/my-app.asar.d/dist/x.js');
  expect(outsideArchive('/src/app/adapters/loaders/child.ts')).toBe('/src/app/adapters/loaders/child.ts');
});

it('runs contained processes on a real Node also in the desktop app', () => {
  expect(nodeProgram()).toBe(process.execPath);
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  expect(nodeProgram({ electron: '45.5.0' }, '/opt/resources')).toBe(join('/opt/resources', 'node', name));
});
