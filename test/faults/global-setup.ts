import type { TestProject } from 'vitest/node';
import { buildProgram } from './built-program.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** What is built from this tree once for all tests that kill, stop and starve it. */
    program: { pipewright: string; worker: string };
  }
}

export async function setup(project: TestProject): Promise<() => void> {
  const { remove, ...program } = await buildProgram();
  project.provide('program', program);
  return remove;
}
