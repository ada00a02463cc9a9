import type { AccountLimiter } from '../adapters/limits/limiter.ts';
import type { BreakerStatus } from '../adapters/models/breakers.ts';
import type { ModelGateway, ProviderHealth } from '../adapters/models/gateway.ts';
import type { ProfileDetails } from '../core/contracts/profile.ts';
import type { ProfileStatus } from '../core/contracts/workspace.ts';
import { AppError, isAppError } from '../core/errors/app-error.ts';
import { didYouMean } from '../core/errors/suggest.ts';
import type { Profile } from '../core/workspace/workspace-config.ts';

export interface ProfilePorts {
  profiles: { [name: string]: Profile };
  gateway: () => Promise<ModelGateway>;
  health: () => Promise<ProviderHealth>;
  limiter: () => Promise<Pick<AccountLimiter, 'status'>>;
}

/** Every profile of a workspace. Asks no provider anything. */
export async function profileStatuses(ports: ProfilePorts): Promise<ProfileStatus[]> {
  const { profiles } = ports;
  const list: ProfileStatus[] = [];
  for (const [name, profile] of Object.entries(profiles)) {
    const { use, provider, model, fallbacks = [] } = profile;
    list.push({
      ...{ name, use, provider, model, builtIn: provider === 'built-in' },
      ...(provider !== 'built-in' && (await healthOf(name, profile, ports))),
      fallbacks: fallbacks.map((one) => ('profile' in one ? one.profile : 'value' in one ? 'a value' : 'a person')),
    });
  }
  return list;
}

async function healthOf(
  name: string,
  profile: Profile,
  { gateway, health, limiter }: ProfilePorts,
): Promise<Partial<ProfileStatus>> {
  let account: string;
  try {
    account = (await gateway()).account(name);
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    const { code, message, remedy } = thrown;
    return { problem: { code, message, ...(remedy !== undefined && { remedy }) } };
  }
  const status = (await (await health()).breakers()).statusOf(account);
  const limited = (await limiter()).status(account, profile);
  return {
    ...(status && { breaker: breakerOf(status) }),
    ...(status?.lastError && { lastError: status.lastError }),
    ...(limited && {
      // Limits that are not there are left out of it.
      limits: limited.limits as NonNullable<ProfileStatus['limits']>,
      ...(limited.limits.inFlight !== undefined && { inFlight: limited.inFlight }),
      ...(limited.blockedUntil !== undefined && { blockedUntil: limited.blockedUntil }),
    }),
  };
}

function breakerOf({ state, since, because, againAt }: BreakerStatus): NonNullable<ProfileStatus['breaker']> {
  return {
    state,
    since,
    ...(because !== undefined && { because }),
    ...(againAt !== undefined && { againAt }),
  };
}

export interface DetailPorts extends ProfilePorts {
  /** Profiles that were given to this host beside those of the workspace. */
  own: readonly string[];
  hasSecret: (name: string) => boolean;
}

/** Every profile with where it leads and what it costs. Asks no provider anything. */
export async function profileDetails(ports: DetailPorts): Promise<ProfileDetails[]> {
  const models = await ports.gateway();
  const { profileOrigin } = await import('../adapters/models/profile-book.ts');
  const list: ProfileDetails[] = [];
  for (const status of await profileStatuses(ports)) {
    const profile = ports.profiles[status.name] as Profile;
    const { price, source, rises } = await models.price(status.name);
    const { contextWindow } = await models.info(status.name);
    list.push({
      ...status,
      origin: profileOrigin(profile) ?? null,
      from: ports.own.includes(status.name) ? 'own' : 'workspace',
      secret: profile.secret === undefined ? null : { name: profile.secret, set: ports.hasSecret(profile.secret) },
      ...{ price, priceSource: source, rises, contextWindow: contextWindow ?? null },
    });
  }
  return list;
}

/** A profile as it is asked when it is tried: once, and nobody in its place. @throws AppError profile.missing */
export function aloneProfile(profiles: { [name: string]: Profile }, name: string): Profile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile) return { ...profile, fallbacks: [], cache: false, retry: { attempts: 1 } };
  throw new AppError('profile.missing', {
    message: `There is no profile “${name}”.${didYouMean(name, Object.keys(profiles))}`,
    where: 'profiles in pipewright.json',
    remedy: `Name one of: ${Object.keys(profiles).join(', ')}.`,
  });
}
