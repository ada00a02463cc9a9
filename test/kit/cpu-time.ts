/** Milliseconds of processor time that this process has used: unlike a clock's, the same on a busy machine. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
