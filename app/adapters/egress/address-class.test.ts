import fc from 'fast-check';
import { expect, it } from 'vitest';
import { classifyAddress } from './address-class.ts';

it.each([
  ['public', ['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '172.15.255.255', '172.32.0.0']],
  ['public', ['126.255.255.255', '128.0.0.0', '192.167.255.255', '192.169.0.0', '223.255.255.255', '2606:4700::1111']],
  ['public', ['2003::1', '3ffe::1', '::ffff:1.1.1.1', '::ffff:101:101', '169.253.255.255', '169.255.0.0']],
  ['loopback', ['127.0.0.1', '127.255.255.255', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1']],
  ['private', ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.1', 'fc00::', 'fdff::1']],
  ['private', ['::ffff:10.0.0.1', '0:0:0:0:0:ffff:c0a8:0101']],
  ['shared', ['100.64.0.0', '100.127.255.255', '::ffff:100.64.0.1']],
  ['metadata', ['169.254.169.254', '169.254.170.2', '168.63.129.16', '100.100.100.200', '192.0.0.192']],
  ['metadata', ['::ffff:169.254.169.254', '::ffff:a9fe:a9fe', 'fd00:ec2::254', 'FD00:0EC2:0::0254', 'fd20:ce::254']],
  ['link-local', ['169.254.0.0', '169.254.255.255', 'fe80::1', 'febf::1', 'fe80::1%eth0']],
  ['multicast', ['224.0.0.0', '239.255.255.255', 'ff02::1', 'ff00::']],
  [
    'translated',
    ['64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::1', '2002:7f00:1::', '2001::1', '::ffff:0:7f00:1'],
  ],
  ['unspecified', ['0.0.0.0', '0.255.255.255', '::', '0:0:0:0:0:0:0:0', '::ffff:0.0.0.0']],
  ['reserved', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '198.19.255.255', '240.0.0.1']],
  ['reserved', ['255.255.255.255', '192.88.99.1', '2001:db8::1', '3fff::1', '100::1', '::7f00:1', '::127.0.0.1']],
  ['reserved', ['fec0::1', '5f00::1', '4000::1', '', 'localhost', '127.1', '0x7f000001', '[::1]', '1.2.3.4.5']],
] as const)('%s: %j', (kind, addresses) => {
  for (const address of addresses) expect([address, classifyAddress(address)]).toEqual([address, kind]);
});

it('takes an IPv4 address for the same in every form of IPv6 that maps to it', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
      const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
      const kind = classifyAddress(address);
      for (const form of [
        `::ffff:${address}`,
        `::ffff:${hex}`,
        `0:0:0:0:0:ffff:${hex}`,
        `0::FFFF:${hex.toUpperCase()}`,
      ])
        expect(classifyAddress(form)).toBe(kind);
    }),
  );
});

it('calls no IPv6 address outside 2000::/3 public, mapped ones aside', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const shortest = new URL(`http://[${address}]/`).hostname.slice(1, -1);
      const global = /^[23][0-9a-f]{3}:/.test(shortest);
      if (!global && !shortest.startsWith('::ffff:')) expect(classifyAddress(address)).not.toBe('public');
    }),
  );
});
