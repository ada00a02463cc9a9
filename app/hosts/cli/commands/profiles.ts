import type { ProfileStatus } from '../../../core/contracts/workspace.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { shownAge, shownTime } from '../figures.ts';
import { tableLines } from '../table.ts';

export async function profiles(context: CommandContext, options: CommonOptions): Promise<void> {
  const { terminal } = context;
  const list = await withHost(context, options, (host) => host.profiles());
  if (options.json) printJson(context, list);
  else if (list.length === 0) terminal.err('pipewright.json names no profiles.');
  else {
    const columns = [
      { title: 'PROFILE' },
      { title: 'MODEL', flexible: true },
      { title: 'BREAKER' },
      { title: 'LAST ERROR' },
      { title: 'LIMITS', flexible: true },
      { title: 'FALLBACKS', wraps: true },
    ];
    const now = Date.now();
    const rows = list.map((one) => [
      one.name,
      `${one.provider} ${one.model}`,
      breakerText(one, now),
      one.lastError ? `${one.lastError.class}, ${shownAge(now - one.lastError.at)}` : '',
      limitsText(one, now),
      one.fallbacks.join(', '),
    ]);
    // A column in which nothing stands would only take room from the others.
    const used = columns.map((_, i) => i < 2 || rows.some((row) => row[i] !== ''));
    const kept = <T>(cells: readonly T[]) => cells.filter((__, i) => used[i]);
    for (const line of tableLines(kept(columns), rows.map(kept), terminal.width)) terminal.out(line);
    for (const { name, problem } of list)
      if (problem) terminal.err(`${name}: ${problem.message} ${problem.remedy ?? ''}`.trim());
  }
}

function breakerText({ builtIn, breaker }: ProfileStatus, now: number): string {
  if (builtIn) return '';
  if (breaker === undefined) return 'closed';
  const { state, because, againAt } = breaker;
  if (state !== 'open') return state;
  const left = (againAt ?? 0) - now;
  return `open (${because ?? 'unknown'})${left > 0 ? `, again in ${shownTime(left)}` : ', may be asked again'}`;
}

function limitsText({ limits = {}, inFlight, blockedUntil }: ProfileStatus, now: number): string {
  const { requests, tokens, input, output } = limits;
  return [
    ...(requests === undefined ? [] : [`${requests} requests/min`]),
    ...(tokens === undefined ? [] : [`${tokens} tokens/min`]),
    ...(input === undefined ? [] : [`${input} in/min`]),
    ...(output === undefined ? [] : [`${output} out/min`]),
    ...(limits.inFlight === undefined ? [] : [`${inFlight ?? 0} of ${limits.inFlight} in flight`]),
    ...(blockedUntil === undefined || blockedUntil <= now ? [] : [`waits ${shownTime(blockedUntil - now)}`]),
  ].join(', ');
}
