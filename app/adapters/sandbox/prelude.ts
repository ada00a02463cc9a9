/**
 * Runs inside the sandbox before the code of the user: takes what it needs of the language while nobody has changed it,
 * and gives a function that starts the code and one that tells how it ended, as JSON text. Everything here belongs to
 * the guest: if its code breaks it, it only breaks itself.
 */
export const prelude = `(function (text, seed, now, resultUnits, write) {
  'use strict';
  const { parse, stringify } = JSON;
  const slice = Function.prototype.call.bind(String.prototype.slice);
  const Fault = Error;
  const isError = (value) => value instanceof Fault;
  let state = Math.floor(seed * 4294967296) >>> 0;
  // mulberry32: 32 bits of state, one in, one out, the same on every machine.
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  Math.random = random;
  const show = (value) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'bigint') return String(value);
    try {
      if (isError(value)) return value.name + ': ' + value.message;
      return stringify(value) ?? String(value);
    } catch {
      return typeof value;
    }
  };
  const log = (...values) => {
    let line = '';
    for (let i = 0; i < values.length && line.length < 4000; i += 1) line += (i > 0 ? ' ' : '') + show(values[i]);
    write(slice(line, 0, 2000));
  };
  const plain = (value, most) => {
    try {
      return slice(String(value), 0, most);
    } catch {
      return '';
    }
  };
  const told = (thrown) => {
    try {
      if (typeof thrown === 'object' && thrown !== null && isError(thrown))
        return { name: plain(thrown.name, 100), message: plain(thrown.message, 1000), stack: plain(thrown.stack, 4000) };
    } catch {}
    return { name: '', message: slice(show(thrown), 0, 1000), stack: '' };
  };
  let end = { pending: true };
  const start = async (run) => {
    try {
      const value = await run(parse(text), { now, random, log });
      if (value === undefined) end = { nothing: true };
      else {
        const made = stringify(value);
        if (made === undefined) end = { nothing: true };
        else if (made.length > resultUnits) end = { tooLong: made.length };
        else end = { value: made };
      }
    } catch (thrown) {
      end = { thrown: told(thrown) };
    }
  };
  return { start, end: () => stringify(end) };
})`;
