import { isIP } from 'node:net';
import { AppError } from '../../core/errors/app-error.ts';

/** Where a request goes. */
export interface Target {
  /** Without credentials and fragment; its host in lower case and without a dot at the end. */
  url: URL;
  /** `https://api.example.com` or `http://10.0.0.5:8080`: what grants and bindings of secrets are compared with. */
  origin: string;
  /** A name, or an address; IPv6 without brackets. */
  host: string;
  /** 0 for a name, 4 or 6 for an address. */
  literal: 0 | 4 | 6;
}

const LONGEST = 8192;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a parser drops or turns these, so that two readers see two addresses
const misread = /[\u0000-\u0020\u007f\\]/;

/**
 * Reads an address strictly. Forms such as `0x7f.1` or `１２７.0.0.1` come out as the address that they mean.
 * @throws AppError egress.url, egress.scheme
 */
export function readTarget(text: string): Target {
  const url = misread.test(text) || text.length > LONGEST ? undefined : (URL.parse(text) ?? undefined);
  if (url === undefined) {
    throw new AppError('egress.url', {
      message:
        text.length > LONGEST
          ? `The address has ${text.length} characters; at most ${LONGEST} are taken.`
          : 'This is no complete address.',
      where: text.slice(0, 200),
      remedy: 'Write it like https://api.example.com/path, with spaces and other signs encoded.',
    });
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new AppError('egress.scheme', {
      message: `Addresses of the kind “${url.protocol}” are not opened.`,
      where: text.slice(0, 200),
      remedy: 'Only https: and http: are.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new AppError('egress.url', {
      message: 'The address holds a user name or password.',
      where: url.host,
      remedy: 'Name a secret instead: it is kept apart and goes to its own host only.',
    });
  }
  url.hash = '';
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.replace(/\.+$/, '');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { url, origin: url.origin, host, literal: isIP(host) as 0 | 4 | 6 };
}
