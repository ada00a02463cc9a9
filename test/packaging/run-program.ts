import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program to its end and gives what it printed. */
export async function runProgram(
  file: string,
  args: readonly string[],
  options: { cwd: string; env?: { [name: string]: string } },
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += String(data);
  });
  child.stderr.on('data', (data) => {
    stderr += String(data);
  });
  const [code] = await once(child, 'close');
  return { code: code as number | null, stdout, stderr };
}
