/**
 * Milliseconds that this thread has worked so far. Unlike a clock it stands still while the machine does something
 * else, so that a bound on work holds on a busy machine too.
 */
export function cpuNow(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
