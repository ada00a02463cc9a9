/**
 * A process that keeps secrets and grants in a profile, one after the other, once it is told to on standard input.
 * Arguments: the profile, what the names of its own begin with, how many.
 */
import { once } from 'node:events';
import { makeReach } from '../../app/core/policy/reach.ts';
import { openGrants } from '../../app/hosts/grants.ts';
import { userVault } from '../../app/hosts/vault.ts';
import { registry } from '../../nodes/registry.ts';
import { asking } from './profile-workflow.ts';

const [profileDir = '', own = '', count = '0'] = process.argv.slice(2);
const vault = userVault(profileDir, {});
const grants = openGrants({ profileDir, env: {}, registry, given: [], hasSecret: () => true });
const workflow = asking(Number(count));

process.stdout.write('ready\n');
await once(process.stdin, 'data');
for (let i = 0; i < Number(count); i += 1) {
  vault.set(`${own.toUpperCase()}_${i}`, `value ${own} ${i}`, [`${own}${i}.example`]);
  grants.add(workflow, 'asking', [makeReach('network', `${own}${i}.example`)]);
}
process.exit();
