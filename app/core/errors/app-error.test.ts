import { describe, expect, it } from 'vitest';
import { AppError, fromWire, isAppError, toAppError } from './app-error.ts';
import { errorClasses } from './error-classes.ts';
import { errorCodes, isErrorCode } from './error-codes.ts';

const details = { message: 'It is gone.', where: 'a.md:3', remedy: 'Bring it back.', data: { file: 'a.md' } };

describe('AppError', () => {
  it('travels without stack and cause, and comes back the same', () => {
    const error = new AppError('document.missing', { ...details, cause: new Error('ENOENT /home/me/secret') });
    const wire = error.toWire();
    expect(wire).toEqual({ code: 'document.missing', class: 'not_found', ...details });
    expect(JSON.stringify(wire)).not.toMatch(/secret|app-error/);
    const back = fromWire(JSON.parse(JSON.stringify(wire)));
    expect(back.toWire()).toEqual(wire);
    expect(back.kind).toBe('user');
  });

  it('leaves out what it does not know', () => {
    expect(new AppError('internal', { message: 'x', where: undefined }).toWire()).toEqual({
      code: 'internal',
      class: 'internal',
      message: 'x',
    });
  });

  it('is known by its marks where instanceof fails', () => {
    const foreign = Object.assign(new Error('x'), { name: 'AppError', code: 'run.input' });
    expect(isAppError(foreign)).toBe(true);
    for (const other of [
      Object.assign(new Error('x'), { name: 'AppError', code: 'toString' }),
      new Error('x'),
      { code: 'run.input' },
      null,
      'x',
    ])
      expect(isAppError(other)).toBe(false);
  });

  it('takes any thrown value for a mistake of ours, unless it is an error of ours', () => {
    const ours = new AppError('run.input', details);
    expect(toAppError(ours)).toBe(ours);
    for (const thrown of [new TypeError('x is not a function'), 'x is not a function'])
      expect(toAppError(thrown, 'step.unexpected', 'node a')).toMatchObject({
        code: 'step.unexpected',
        message: 'x is not a function',
        where: 'node a',
        remedy: expect.stringContaining('report'),
        cause: thrown,
      });
    for (const empty of [new Error(), undefined, '']) expect(toAppError(empty).message).not.toBe('');
  });
});

describe('the tables', () => {
  it('give every code a class and every class a code or a use in journals', () => {
    for (const [code, name] of Object.entries(errorCodes)) {
      expect(isErrorCode(code)).toBe(true);
      expect(Object.keys(errorClasses), code).toContain(name);
    }
    expect([isErrorCode('constructor'), isErrorCode('__proto__')]).toEqual([false, false]);
  });

  it('try again what passes and nothing else', () => {
    for (const [name, row] of Object.entries(errorClasses)) {
      expect(row.text, name).toMatch(/^[A-Z].*\.$/);
      if (row.attempts > 1) expect(row.action, name).toMatch(/retry/);
      if (row.action === 'wait-and-retry') expect(row.breaker, name).toBe(false);
      if (row.kind === 'user') expect(row.breaker, name).toBe(false);
    }
  });
});
