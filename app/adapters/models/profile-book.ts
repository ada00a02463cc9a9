import { createHash } from 'node:crypto';
import type { PricedProfile } from '../../core/budget/prices.ts';
import { AppError, isAppError, withAccounts } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import type { Cost, Usage } from '../../core/graph/values.ts';
import type { ModelProfile, Profile } from '../../core/workspace/workspace-config.ts';
import { costByPrice, type PricedModel, type PriceTable } from './price-table.ts';
import type { ErrorPlace } from './provider-errors.ts';
import type { ChatProvider } from './providers/chat-provider.ts';
import { defaultBaseUrls } from './providers/index.ts';
import { createSecretRedactor, type Redactor } from './secret-redactor.ts';

/**
 * Value of a secret by the name that a profile gives, for sending it to this origin and no other; undefined when it is
 * not set. `own`: the provider's own address, not one that the profile names.
 * @throws AppError secret.unbound, secret.host, secrets.*
 */
export type ProfileSecrets = (name: string, origin: string, own: boolean) => string | undefined;

export interface ProfileBookOptions {
  /** The workspace's profiles by name. */
  profiles: { [name: string]: Profile };
  secrets: ProfileSecrets;
  /** Another text whenever there may be other values of secrets. */
  secretsStamp?: (() => string) | undefined;
  prices: PriceTable;
  /** Epoch milliseconds. */
  now: () => number;
}

/** Where a profile's calls go, and with what. */
export interface CallTarget {
  /** With its path, without a trailing slash. */
  baseUrl: string;
  place: ErrorPlace;
  key: string | undefined;
  /** Names what limits and breakers count by: provider, origin, model and a fingerprint of the key. */
  account: string;
}

const useNames = { chat: 'a chat model', embedding: 'an embedder', rerank: 'a reranker' } as const;

/** The profiles of a workspace: what they are called, where they lead, what they cost. */
export class ProfileBook {
  private readonly options: ProfileBookOptions;
  /** Keys that were had so far, with what tells them apart. */
  private readonly keys = new Map<string, string>();
  /** By the address as a profile has it. */
  private readonly addresses = new Map<string, { origin: string; isPlain: boolean }>();
  private redact: { redactor: Redactor; keys: number } | undefined;
  /** The stamp of the secrets when all profiles were last asked for theirs. */
  private learned: string | undefined;

  constructor(options: ProfileBookOptions) {
    this.options = options;
  }

  /** @throws AppError profile.missing */
  any(name: string): Profile {
    const { profiles } = this.options;
    const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
    if (profile === undefined) throw this.missing(name, undefined, 'chat');
    return profile;
  }

  /** @throws AppError profile.missing */
  of<U extends Profile['use']>(use: U, name: string): Extract<Profile, { use: U }> {
    const { profiles } = this.options;
    const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
    if (profile?.use === use) return profile as Extract<Profile, { use: U }>;
    throw this.missing(name, profile, use);
  }

  private missing(name: string, profile: Profile | undefined, use: Profile['use']): AppError {
    const { profiles } = this.options;
    const known = Object.keys(profiles).filter((other) => profiles[other]?.use === use);
    return new AppError('profile.missing', {
      message:
        profile === undefined
          ? `There is no profile “${name}”.${didYouMean(name, known)}`
          : `The profile “${name}” is not ${useNames[use]}.`,
      where: 'profiles in pipewright.json',
      remedy: known.length > 0 ? `Name one of: ${known.join(', ')}.` : `Add a profile with "use": "${use}".`,
    });
  }

  /** @throws AppError profile.invalid, profile.key_missing */
  target(name: string, profile: Profile, defaults: Pick<ChatProvider, 'defaultBaseUrl' | 'keyNeeded'>): CallTarget {
    const baseUrl = (profile.baseUrl ?? defaults.defaultBaseUrl ?? '').replace(/\/+$/, '');
    const { origin, isPlain } = this.addressOf(baseUrl);
    if (!isPlain) {
      throw new AppError('profile.invalid', {
        message: 'baseUrl holds a user name or password.',
        where: `profile ${name}`,
        remedy: 'Put the key into a variable and name it in `secret`.',
      });
    }
    const place: ErrorPlace = {
      profile: name,
      provider: profile.provider,
      model: profile.model,
      origin,
      secret: profile.secret,
      redactor: () => this.redactor(),
      redact: (text) => this.redactor()(text),
      now: this.options.now,
    };
    const needed = defaults.keyNeeded || profile.baseUrl === undefined || profile.secret !== undefined;
    const key =
      needed && profile.provider !== 'ollama' ? this.key(name, profile, origin) : this.optionalKey(profile, origin);
    this.learnAll();
    const account = `${profile.provider} ${origin} ${profile.model} ${key === undefined ? '-' : this.fingerprint(key)}`;
    return { baseUrl, place, key, account };
  }

  private addressOf(baseUrl: string): { origin: string; isPlain: boolean } {
    let known = this.addresses.get(baseUrl);
    if (known === undefined) {
      const { origin, username, password } = new URL(baseUrl);
      known = { origin, isPlain: username === '' && password === '' };
      this.addresses.set(baseUrl, known);
    }
    return known;
  }

  /** Every secret that some profile names, and every one that was had since: whatever an error quotes, none shows. */
  private redactor(): Redactor {
    if (this.redact?.keys !== this.keys.size)
      this.redact = { redactor: createSecretRedactor(this.keys.keys()), keys: this.keys.size };
    return this.redact.redactor;
  }

  /** What all profiles have now, so that a call that begins now shows none of it. */
  private learnAll(): void {
    const stamp = this.options.secretsStamp?.() ?? '';
    if (this.learned === stamp) return;
    for (const profile of Object.values(this.options.profiles)) this.learn(profile);
    this.learned = stamp;
  }

  private learn(profile: Profile): void {
    const origin = profileOrigin(profile);
    try {
      if (origin !== undefined) this.optionalKey(profile, origin);
    } catch (thrown) {
      // What this profile cannot have is not in what it is told.
      if (!isAppError(thrown)) throw thrown;
    }
  }

  private optionalKey({ secret, baseUrl }: Profile, origin: string): string | undefined {
    if (secret === undefined) return undefined;
    const key = this.options.secrets(secret, origin, baseUrl === undefined)?.trim();
    if (key) this.fingerprint(key);
    return key;
  }

  private fingerprint(key: string): string {
    const known = this.keys.get(key) ?? fingerprint(key);
    this.keys.set(key, known);
    return known;
  }

  private key(name: string, profile: Profile, origin: string): string {
    const value = this.optionalKey(profile, origin);
    const unusable = value !== undefined && !/^[\x21-\x7e]+$/.test(value);
    if (value !== undefined && !unusable) return value;
    throw new AppError('profile.key_missing', {
      message:
        profile.secret === undefined
          ? `The profile “${name}” names no secret, and ${profile.provider} wants a key.`
          : unusable && value !== ''
            ? `${profile.secret} holds characters that no key has.`
            : `${profile.secret} is not set.`,
      where: `profile ${name}`,
      remedy:
        profile.secret === undefined
          ? 'Add "secret": "NAME_OF_THE_VARIABLE" to the profile.'
          : `Set it: pipewright secrets set ${profile.secret} --host ${new URL(origin).host}, or in the environment.`,
      data: { ...(profile.secret !== undefined && { secret: profile.secret }) },
    });
  }

  private priced(profile: Profile): PricedModel | undefined {
    if (profile.provider === 'built-in') return undefined;
    const baseUrl = profile.baseUrl ?? defaultBaseUrls[profile.provider];
    return { provider: profile.provider, model: profile.model, baseUrl };
  }

  /** @param reported the model's name in the provider's own words */
  async cost(profile: Profile, usage: Usage, reported?: string): Promise<Cost> {
    if (profile.prices !== undefined) return costByPrice(profile.prices, usage, 'profile');
    const model = this.priced(profile);
    if (model === undefined) return { nanoUsd: 0, known: true, priceVersion: 'built-in' };
    const cost = await this.options.prices.cost(model, usage);
    // A profile may name an alias that only the provider resolves.
    return cost.known || reported === undefined || reported === profile.model
      ? cost
      : this.options.prices.cost({ ...model, model: reported }, usage);
  }

  /** What a profile's model costs, and where that is said. */
  async price(name: string): Promise<PricedProfile> {
    const profile = this.any(name);
    const { use, provider, model } = profile;
    const about = { profile: name, use, provider, model, rises: false };
    if (provider === 'built-in') return { ...about, price: { input: 0, output: 0 }, source: 'built-in' };
    if (profile.prices) return { ...about, price: profile.prices, source: 'profile' };
    const priced = this.priced(profile);
    const found = priced && (await this.options.prices.price(priced));
    return { ...about, price: null, source: null, ...found };
  }

  /** Throws a failed call's error with the price of what it used all the same. */
  async fail(thrown: unknown, profile: Profile): Promise<never> {
    if (!isAppError(thrown) || thrown.accounts?.usage === undefined) throw thrown;
    const { usage, model } = thrown.accounts;
    throw withAccounts(thrown, { ...thrown.accounts, cost: await this.cost(profile, usage, model) });
  }

  /** Tokens that prompt and answer may have together; undefined when not known. */
  async window(profile: ModelProfile): Promise<number | undefined> {
    if (profile.contextWindow !== undefined) return profile.contextWindow;
    const model = this.priced(profile);
    return model === undefined ? undefined : this.options.prices.contextWindow(model);
  }
}

/** Where the calls of a profile go; undefined for a built-in one. */
export function profileOrigin({ provider, baseUrl }: Profile): string | undefined {
  const address = baseUrl ?? (provider === 'built-in' ? undefined : defaultBaseUrls[provider]);
  return address ? new URL(address).origin : undefined;
}

/** Tells keys apart without telling them. */
function fingerprint(key: string): string {
  return createHash('sha256').update(`pipewright key ${key}`).digest('hex').slice(0, 12);
}
