import { lookup } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { AppError } from '../../core/errors/app-error.ts';
import { type AddressClass, classifyAddress } from './address-class.ts';

export interface Address {
  address: string;
  family: 4 | 6;
}
/** Every address of a name, as the system gives them. Rejects with a code such as ENOTFOUND. */
export type Resolve = (host: string) => Promise<readonly Address[]>;

/** What an owner's own configuration may lead to: the internet, this machine and its networks. */
export const ownersAddresses: ReadonlySet<AddressClass> = new Set(['public', 'loopback', 'private', 'shared']);
/** What anything else may lead to, unless its user has granted more. */
export const publicAddresses: ReadonlySet<AddressClass> = new Set(['public']);

export interface Opening {
  method: string;
  headers: { [name: string]: string };
  /** Classes of addresses that may be connected to. */
  admits: ReadonlySet<AddressClass>;
  /** Keep the connection for later requests to the same origin. For one `admits` only: a kept connection is not checked again. */
  keep?: boolean;
  resolve?: Resolve;
}

const kept = { keepAlive: true, keepAliveMsecs: 1000, timeout: 0 };
/** Of our own: the global agent follows NODE_USE_ENV_PROXY. */
const agents = {
  kept: { 'http:': new http.Agent(kept), 'https:': new https.Agent(kept) },
  once: { 'http:': new http.Agent({ keepAlive: false }), 'https:': new https.Agent({ keepAlive: false }) },
};

/**
 * Begins a request; nothing else in the product opens a connection to the outside (`check:arch`). A name is looked up
 * once, every address that it has is checked, and the connection is made to one of those: no second look-up can give
 * another. Redirects are the caller's to refuse or to begin anew.
 * @throws AppError egress.address at once for an address that is not admitted; for a name, the request emits it as `error`
 */
export function openRequest(url: URL, opening: Opening): http.ClientRequest {
  const { method, headers, admits, keep = false, resolve = resolveBySystem } = opening;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) checkAddress(host, url, admits);
  const scheme = url.protocol === 'https:' ? 'https:' : 'http:';
  const agent = agents[keep ? 'kept' : 'once'][scheme];
  const options = { method, headers, agent, lookup: pinnedLookup(url, resolve, admits) };
  return (scheme === 'https:' ? https : http).request(url, options);
}

/** Gives the socket only addresses that were checked; one that is not admitted refuses the name as a whole. */
function pinnedLookup(url: URL, resolve: Resolve, admits: ReadonlySet<AddressClass>): LookupFunction {
  return (host, options, callback) => {
    resolve(host)
      .then((found) => {
        const [first] = found;
        if (first === undefined) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
        for (const { address } of found) checkAddress(address, url, admits);
        return { found, first };
      })
      .then(
        ({ found, first }) => (options.all ? callback(null, [...found]) : callback(null, first.address, first.family)),
        (error: Error) => callback(error, ''),
      );
  };
}

/** @throws AppError egress.address */
function checkAddress(address: string, url: URL, admits: ReadonlySet<AddressClass>): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const kind = classifyAddress(address);
  if (admits.has(kind)) return;
  const grantable = ownersAddresses.has(kind);
  throw new AppError('egress.address', {
    message: `${host === address ? host : `${host} leads to ${address}, which`} is ${kindNames[kind]}: it is not connected to.`,
    where: host,
    remedy: grantable
      ? 'If you want this workflow to reach it, grant that host with its port as a local one: pipewright grants add --help.'
      : 'Such addresses are never connected to. Name the server by its own name or address.',
    data: { kind, ...(grantable && { grantable: url.origin }) },
  });
}

const kindNames: Record<AddressClass, string> = {
  public: 'an address on the internet',
  loopback: 'this machine',
  private: 'an address of a private network',
  shared: 'an address of a shared or overlay network',
  metadata: 'the metadata service of a cloud',
  'link-local': 'an address of the local link',
  multicast: 'a group of machines',
  translated: 'an address behind a translator',
  unspecified: 'no address of a machine',
  reserved: 'an address that is set aside',
};

function resolveBySystem(host: string): Promise<readonly Address[]> {
  return new Promise((give, fail) => {
    lookup(host, { all: true, verbatim: true }, (error, addresses) =>
      error ? fail(error) : give(addresses as Address[]),
    );
  });
}
