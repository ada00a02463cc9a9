import { ORPCError, validateORPCError } from '@orpc/contract';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { type ErrorCode, errorCodes } from '../errors/error-codes.ts';
import { errorMap, fromWireError, toWireError } from './wire-error.ts';

/** What the other side reads. */
const across = (thrown: unknown) =>
  new ORPCError('x', JSON.parse(JSON.stringify(toWireError(thrown).toJSON())) as never);
const received = (thrown: unknown) => {
  const json = JSON.parse(JSON.stringify(toWireError(thrown).toJSON()));
  return fromWireError(new ORPCError(json.code, json));
};

describe('errors on the wire', () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])('%s crosses whole and is declared', async (code) => {
    const error = new AppError(code, {
      message: 'It is wrong.',
      where: 'a.json at $.x',
      remedy: 'Mend it.',
      data: { issues: [{ path: '$.x' }] },
    });
    expect(received(error).toWire()).toEqual(error.toWire());
    const checked = await validateORPCError(errorMap, toWireError(error));
    expect(checked).toMatchObject({ defined: true, code, status: errorMap[code].status });
  });

  it('leaves out what is not there', () => {
    expect(received(new AppError('run.finished', { message: 'Over.' })).toWire()).toEqual({
      code: 'run.finished',
      class: 'invalid_request',
      message: 'Over.',
    });
  });

  it.each([
    ['a foreign error', new Error('ENOENT: /home/ada/secret')],
    ['a text', '/home/ada/secret'],
    ['nothing', undefined],
    ['ours made of a foreign one', new AppError('internal', { message: '/home/ada/secret', cause: new Error('x') })],
    ['one of the library', new ORPCError('INTERNAL_SERVER_ERROR', { message: '/home/ada/secret' })],
  ])('hides %s', (_, thrown) => {
    const wire = JSON.stringify(toWireError(thrown).toJSON());
    expect(wire).not.toMatch(/ada|stack|ENOENT/);
    expect(received(thrown)).toMatchObject({ code: 'internal' });
    expect(across(thrown).cause).toBeUndefined();
  });

  it('never carries a stack or a cause', () => {
    const error = new AppError('storage.full', { message: 'Full.', cause: new Error('at /home/ada/x.ts:1') });
    expect(JSON.stringify(toWireError(error))).not.toContain('ada');
    expect(toWireError(error).cause).toBeUndefined();
  });

  it('names the place of a bad input', () => {
    const issues = [{ path: ['nodes', 3, 'id'], message: 'No.' }, { message: 'Neither.' }];
    expect(received(new ORPCError('BAD_REQUEST', { data: { issues } }))).toMatchObject({
      code: 'host.bad_request',
      where: '$.nodes[3].id',
      message: 'The request does not fit the contract: No. (and 1 more)',
      data: {
        issues: [
          { path: '$.nodes[3].id', message: 'No.' },
          { path: '$', message: 'Neither.' },
        ],
      },
    });
  });

  it('keeps what failed on the side of the client apart', () => {
    expect(fromWireError(new Error('the socket is closed'))).toMatchObject({
      code: 'internal',
      message: 'the socket is closed',
    });
  });
});
