import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names one process for ever: a process id alone is given again to another one. */
export interface ProcessIdentity {
  pid: number;
  /** When it began: boot id and clock ticks since boot on Linux, empty where the system does not tell. */
  process: string;
  host: string;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const bootId = (): string => readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';

/** State and start time out of /proc/PID/stat. The second field, a name in brackets, may hold spaces and brackets. */
function procStat(pid: number): { state: string; startTicks: string } | undefined {
  const text = readText(`/proc/${pid}/stat`);
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  // Fields 3 (state) and 22 (start time) of proc(5).
  return fields?.[0] && fields[19] ? { state: fields[0], startTicks: fields[19] } : undefined;
}

function identityOf(pid: number): ProcessIdentity {
  const stat = procStat(pid);
  return { pid, process: stat === undefined ? '' : `${bootId()}/${stat.startTicks}`, host: hostname() };
}

let own: ProcessIdentity | undefined;

export function ownProcess(): ProcessIdentity {
  own ??= identityOf(process.pid);
  return own;
}

function respondsToSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether a process is known to be gone. Of a process on another machine nothing is known: false. */
export function isProcessGone(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) return false;
  if (identity.process === '') return !respondsToSignal(identity.pid);
  const stat = procStat(identity.pid);
  return stat === undefined || stat.state === 'Z' || `${bootId()}/${stat.startTicks}` !== identity.process;
}
