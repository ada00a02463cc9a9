import { AppError } from '../../core/errors/app-error.ts';
import { contentHash } from '../../core/graph/content-hash.ts';
import type { Workflow } from '../../core/graph/workflow.ts';
import { workflowReaches } from '../../core/graph/workflow-reaches.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import { covers, type Reach, reachText, refuseUngranted, secretMissing } from '../../core/policy/reach.ts';

/** What a user allowed to one workflow, as it was then. */
export interface GrantRecord {
  /** Its content hash: moving boxes keeps it, any other change makes it another workflow. */
  workflow: string;
  name: string;
  grants: (Reach & { at: number })[];
}

/** Where grants are kept: in the profile of the user, never in a workspace or a workflow file. */
export interface GrantFiles {
  list(): GrantRecord[];
  of(workflowHash: string): GrantRecord | undefined;
  /** No other process changes it in between. */
  change(workflowHash: string, work: (before: GrantRecord | undefined) => GrantRecord): void;
}

export interface GrantServicePorts {
  files: GrantFiles;
  registry: Registry;
  /** Given for this process only: `--grant`, PIPEWRIGHT_GRANTS. They count for every workflow that it runs. */
  session: readonly Reach[];
  /** Whether a secret has a value here. */
  hasSecret: (name: string) => boolean;
  /** Epoch milliseconds. */
  now: () => number;
}

export interface GrantService {
  list(): GrantRecord[];
  /** What a workflow reaches, and whether that is granted to it as it is now. */
  needs(workflow: Workflow): { reach: Reach; granted: boolean }[];
  /** Whether a run of the workflow with this hash may do it. */
  allows(workflowHash: string, wanted: Reach): boolean;
  /**
   * Before anything of it runs. `name` is what the command to grant calls it.
   * @throws AppError grant.missing; secret.missing for one that it would need later on
   */
  require(workflow: Workflow, name: string): void;
  /**
   * @returns those that it did not have yet
   * @throws AppError grant.invalid for what the workflow does not reach
   */
  add(workflow: Workflow, name: string, reaches: readonly Reach[]): Reach[];
  /** Takes these back, or all. `hash`: the beginning of a content hash. @returns what was taken back */
  revoke(hash: string, reaches?: readonly Reach[]): Reach[];
}

export function createGrantService({ files, registry, session, hasSecret, now }: GrantServicePorts): GrantService {
  const granted = (workflowHash: string): readonly Reach[] => [...session, ...(files.of(workflowHash)?.grants ?? [])];

  function needs(workflow: Workflow) {
    const reaches = workflowReaches(workflow, registry);
    const given = reaches.length === 0 ? [] : granted(contentHash(workflow));
    return reaches.map((reach) => ({ reach, granted: given.some((one) => covers(one, reach)) }));
  }

  return {
    list: () => files.list(),
    needs,
    allows: (workflowHash, wanted) => granted(workflowHash).some((one) => covers(one, wanted)),
    require(workflow, name) {
      const all = needs(workflow);
      const where = `workflow ${workflow.name}`;
      const missing = all.filter(({ granted }) => !granted).map(({ reach }) => reach);
      if (missing.length > 0) refuseUngranted(name, missing, where);
      const unset = all.find(({ reach }) => reach.ability === 'secret' && !hasSecret(reach.target))?.reach.target;
      if (unset === undefined) return;
      throw secretMissing(
        unset,
        all.map(({ reach }) => reach),
        where,
      );
    },
    add(workflow, name, reaches) {
      const wanted = workflowReaches(workflow, registry);
      for (const reach of reaches) {
        if (wanted.some((one) => covers(reach, one))) continue;
        throw new AppError('grant.invalid', {
          message: `The workflow “${workflow.name}” does not ask for ${reachText(reach)}.`,
          where: name,
          remedy:
            wanted.length === 0
              ? 'It reaches nothing that has to be granted.'
              : `It asks for ${wanted.map(reachText).join(', ')}.`,
        });
      }
      const hash = contentHash(workflow);
      const at = now();
      let fresh: Reach[] = [];
      files.change(hash, (record) => {
        const before = record?.grants ?? [];
        fresh = reaches.filter((reach) => !before.some((one) => reachText(one) === reachText(reach)));
        return { workflow: hash, name, grants: [...before, ...fresh.map((reach) => ({ ...reach, at }))] };
      });
      return fresh;
    },
    revoke(hash, reaches) {
      const found = files.list().filter(({ workflow }) => workflow.startsWith(hash));
      const goes = (grant: Reach) =>
        reaches === undefined || reaches.some((one) => reachText(one) === reachText(grant));
      return found.flatMap((record) => {
        let gone: Reach[] = [];
        files.change(record.workflow, (before) => {
          const grants = before?.grants ?? [];
          gone = grants.filter(goes);
          return { ...record, grants: grants.filter((grant) => !goes(grant)) };
        });
        return gone;
      });
    },
  };
}
