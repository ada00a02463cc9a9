import { BlockList, isIP } from 'node:net';

/**
 * What an address is, as far as it matters for whether anything may connect to it.
 * public: on the internet. loopback, private, shared: this machine, a network of its owner, a carrier's or overlay's.
 * The rest is never connected to: metadata services of clouds, other machines on the link, groups, translators whose
 * other end nobody sees, and what is set aside or no address at all.
 */
export type AddressClass =
  | 'public'
  | 'loopback'
  | 'private'
  | 'shared'
  | 'metadata'
  | 'link-local'
  | 'multicast'
  | 'translated'
  | 'unspecified'
  | 'reserved';

/**
 * The first that holds an address says its class. From the IANA special-purpose registries for IPv4 and IPv6 (RFC 6890),
 * and the addresses at which AWS, Google, Azure, Alibaba and Oracle answer machines with credentials.
 */
const table: readonly (readonly [AddressClass, ...string[]])[] = [
  ['metadata', '169.254.169.254/32', '169.254.170.2/32', '168.63.129.16/32', '100.100.100.200/32', '192.0.0.192/32'],
  ['metadata', 'fd00:ec2::254/128', 'fd00:ec2::23/128', 'fd20:ce::254/128'],
  ['unspecified', '0.0.0.0/8', '::/128'],
  ['loopback', '127.0.0.0/8', '::1/128'],
  ['private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
  ['shared', '100.64.0.0/10'],
  ['link-local', '169.254.0.0/16', 'fe80::/10'],
  ['multicast', '224.0.0.0/4', 'ff00::/8'],
  // NAT64, 6to4, Teredo, SIIT: the address ends somewhere else than it says.
  ['translated', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32', '::ffff:0:0:0/96'],
  ['reserved', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ['reserved', '240.0.0.0/4', '2001::/23', '2001:db8::/32', '3fff::/20'],
];

const lists = table.map(([name, ...ranges]) => {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return [name, list] as const;
});

/** The only IPv6 space that is given out for the internet. */
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** @param address IPv4 in four decimal parts, or IPv6 in any form, without brackets; anything else is `reserved` */
export function classifyAddress(address: string): AddressClass {
  // A zone (`%eth0`) names an interface of this machine.
  const bare = address.split('%', 1)[0] ?? '';
  const family = isIP(bare);
  if (family === 0) return 'reserved';
  if (family === 4) return lists.find(([, list]) => list.check(bare, 'ipv4'))?.[0] ?? 'public';
  const embedded = mappedIPv4(bare);
  if (embedded !== undefined) return classifyAddress(embedded);
  const found = lists.find(([, list]) => list.check(bare, 'ipv6'))?.[0];
  return found ?? (globalUnicast.check(bare, 'ipv6') ? 'public' : 'reserved');
}

/** The IPv4 address that `::ffff:a.b.c.d` means: the system connects to that one. */
function mappedIPv4(address: string): string | undefined {
  const shortest = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(shortest) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}
