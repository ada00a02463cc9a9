import { AppError } from '../../../core/errors/app-error.ts';
import { contentHash } from '../../../core/graph/content-hash.ts';
import type { Workflow } from '../../../core/graph/workflow.ts';
import { type Ability, abilities, grantCommand, makeReach, type Reach, reachText } from '../../../core/policy/reach.ts';
import type { GrantService } from '../../../services/grants/grant-service.ts';
import { openGrants } from '../../grants.ts';
import { profileFolder } from '../../user-folders.ts';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  printJson,
  withHost,
} from '../command-context.ts';
import { plural, shownDate } from '../figures.ts';
import { tableLines } from '../table.ts';
import { workflowService } from './validate.ts';

interface TargetOptions extends CommonOptions {
  host?: string[];
  localHost?: string[];
  folder?: string[];
  secret?: string[];
  all?: boolean;
}

/** Grants alone: neither a workspace nor a database is needed for them. */
async function grantsOf({ env }: CommandContext): Promise<GrantService> {
  const { registry } = await import('../../../../nodes/registry.ts');
  return openGrants({ profileDir: profileFolder(env), env: {}, registry, given: [], hasSecret: () => true });
}

/** The workflow with all that it runs, as a run would have it. */
async function workflowOf(context: CommandContext, reference: string, options: CommonOptions): Promise<Workflow> {
  if (!/^run_|^last$/.test(reference)) {
    return (await (await workflowService(context, options, reference)).snapshot(reference)).workflow;
  }
  return withHost(context, options, async (host) => (await host.runs()).workflowOf(reference));
}

function targetsOf({ host = [], localHost = [], folder = [], secret = [] }: TargetOptions): Reach[] {
  const made = (ability: Ability, targets: readonly string[]) => targets.map((target) => makeReach(ability, target));
  return [
    ...made('network', host),
    ...made('local-network', localHost),
    ...made('write', folder),
    ...made('secret', secret),
  ];
}

export async function listGrants(
  context: CommandContext,
  reference: string | undefined,
  options: CommonOptions,
): Promise<void> {
  const { terminal } = context;
  const service = await grantsOf(context);
  if (reference !== undefined) {
    const needs = service.needs(await workflowOf(context, reference, options));
    const missing = needs.filter(({ granted }) => !granted).map(({ reach }) => reach);
    if (options.json) {
      printJson(
        context,
        needs.map(({ reach, granted }) => ({ ...reach, granted })),
      );
      return;
    }
    if (needs.length === 0) terminal.err('It asks for nothing that has to be granted.');
    for (const { reach, granted } of needs) {
      const mark = granted ? terminal.style('green', 'granted') : terminal.style('yellow', 'missing');
      terminal.out(`${mark}  ${abilities[reach.ability].text} ${reach.target}`);
    }
    if (missing.length > 0) terminal.err(`\nTo grant what is missing: ${grantCommand(reference, missing)}`);
    return;
  }
  const records = service.list();
  if (options.json) printJson(context, records);
  else if (records.length === 0) terminal.err('No grants.');
  else {
    const rows = records.flatMap(({ workflow, name, grants }) =>
      grants.map((grant) => [name, workflow.slice(0, 12), reachText(grant), shownDate(grant.at)]),
    );
    const columns = [
      { title: 'WORKFLOW', flexible: true },
      { title: 'CONTENT' },
      { title: 'GRANT' },
      { title: 'SINCE' },
    ];
    for (const line of tableLines(columns, rows, terminal.width)) terminal.out(line);
  }
}

export async function addGrants(context: CommandContext, reference: string, options: TargetOptions): Promise<void> {
  const service = await grantsOf(context);
  const workflow = await workflowOf(context, reference, options);
  const asked = options.all ? service.needs(workflow).map(({ reach }) => reach) : targetsOf(options);
  if (asked.length === 0) {
    throw new AppError('cli.usage', {
      message: options.all ? 'It asks for nothing that has to be granted.' : 'Nothing was named that is to be granted.',
      where: 'pipewright grants add',
      remedy: `\`pipewright grants list ${reference}\` says what it asks for.`,
    });
  }
  const added = service.add(workflow, reference, asked);
  if (options.json) printJson(context, { workflow: contentHash(workflow), added });
  else {
    for (const { ability, target } of asked)
      context.terminal.out(`“${workflow.name}” may now ${abilities[ability].text} ${target}.`);
    if (added.length < asked.length)
      context.terminal.err(`${plural(asked.length - added.length, 'grant')} was there already.`);
  }
}

export async function revokeGrants(
  context: CommandContext,
  reference: string,
  options: TargetOptions,
): Promise<CommandResult> {
  const service = await grantsOf(context);
  const isHash = /^[0-9a-f]{8,64}$/.test(reference);
  const hash = isHash ? reference : contentHash(await workflowOf(context, reference, options));
  const targets = targetsOf(options);
  const revoked = service.revoke(hash, targets.length === 0 ? undefined : targets);
  if (options.json) printJson(context, { revoked });
  else if (revoked.length === 0) context.terminal.err('There was no such grant.');
  else for (const grant of revoked) context.terminal.out(`Taken back: ${reachText(grant)}`);
  return revoked.length === 0 ? 'notFound' : 'ok';
}
