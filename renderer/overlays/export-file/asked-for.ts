import { parseReach } from '../../../app/core/policy/reach.ts';
import { t } from '../../strings/text.ts';

/** A grant such as `network:api.example.com`, in words; as it is written where this release does not know it. */
export function askedFor(grant: string): string {
  try {
    const { ability, target } = parseReach(grant);
    return t(`grants.ability.${ability}`, { target });
  } catch {
    return grant;
  }
}
