// What every contestant does, so that all do the same.

export const STEPS = 100;
export const WIDTH = 200;
export const WAIT_MS = 20;
export const step = (i, value) => `n${i % 100}(${value})`;
export const wait = () => new Promise((resolve) => setTimeout(resolve, WAIT_MS, 1));
export const numbers = (count) => Array.from({ length: count }, (_, i) => i);
export const question = 'ping';
export const prompt = (text) => `Answer the question: ${text}`;
