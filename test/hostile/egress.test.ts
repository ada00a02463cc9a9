import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { classifyAddress } from '../../app/adapters/egress/address-class.ts';
import { createEgress, type EgressRequest } from '../../app/adapters/egress/egress.ts';
import {
  type Address,
  ownersAddresses,
  publicAddresses,
  type Resolve,
} from '../../app/adapters/egress/open-request.ts';
import { isAppError } from '../../app/core/errors/app-error.ts';
import { type ConnectionRecorder, recordConnections } from '../kit/connection-recorder.ts';

/** Ways to write an address that nobody outside may lead us to. */
const forms = [
  // This machine
  'http://127.0.0.1/',
  'http://127.1/',
  'http://127.0.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.0.0.1/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://017700000001/',
  'http://127.0.0.1./',
  'http://127.255.255.254/',
  'http://127.0.0.1:22/',
  'http://１２７.0.0.1/',
  'http://127。0。0。1/',
  'http://①②⑦.⓪.⓪.①/',
  'http://%31%32%37.0.0.1/',
  'http://[::1]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[0000:0000:0000:0000:0000:0000:0000:0001]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::ffff:7f00:0001]/',
  'http://[0:0:0:0:0:FFFF:127.0.0.1]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b:1::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2002:7f00:0001::1]/',
  'http://[2001:0:7f00:1::]/',
  'http://[::ffff:0:127.0.0.1]/',
  'http://0.0.0.0/',
  'http://0/',
  'http://[::]/',
  // Metadata of clouds
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0251.0376.0251.0376/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[fd00:ec2::254]/',
  'http://169.254.170.2/',
  'http://100.100.100.200/',
  'http://168.63.129.16/',
  'http://192.0.0.192/',
  // Private, shared, of the link
  'http://10.0.0.1/',
  'http://10.1/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.0.1/',
  'http://0xc0a80001/',
  'http://[::ffff:192.168.0.1]/',
  'http://[fc00::1]/',
  'http://[fd12:3456:789a::1]/',
  'http://100.64.0.1/',
  'http://169.254.1.1/',
  'http://[fe80::1]/',
  'http://[fec0::1]/',
  // No address of one machine
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://[ff02::1]/',
  'http://240.0.0.1/',
  'http://198.18.0.1/',
  'http://[2001:db8::1]/',
];
/** The addresses themselves, as a name server would give them. */
const addresses = [...new Set(forms.map((form) => new URL(form).hostname.replace(/^\[|\]$|\.$/g, '')))];
const refusals = ['egress.address', 'egress.url', 'egress.scheme'];
const limits = { connectMs: 2000, idleMs: 2000, totalMs: 5000, maxBytes: 1000, maxRedirects: 5 };

const familyOf = (address: string): Address['family'] => (address.includes(':') ? 6 : 4);
let port = 0;
let redirect = '';
const server = createServer((incoming, outgoing) => {
  // Some steps on the way, then where it wants us to go.
  const [, step] = /^\/step-(\d)/.exec(incoming.url ?? '') ?? [];
  if (step === undefined) outgoing.end('reached');
  else outgoing.writeHead(302, { location: step === '0' ? redirect : `/step-${Number(step) - 1}` }).end();
});
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.2', done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

let recorder: ConnectionRecorder;
beforeEach(() => {
  recorder = recordConnections();
});
afterEach(() => recorder.stop());
/** Beginnings of connections to anything but the server that the test itself allows. */
const elsewhere = () => recorder.connections().filter((one) => one !== `127.0.0.2:${port}`);

async function refusal(request: Partial<EgressRequest> & { url: string }, resolve?: Resolve): Promise<string> {
  const egress = createEgress(resolve && { resolve });
  return egress({ method: 'GET', headers: {}, limits, admit: () => publicAddresses, ...request }).then(
    ({ status }) => `reached: ${status}`,
    (thrown: unknown) => (isAppError(thrown) ? thrown.code : String(thrown)),
  );
}
/** What a user granted: this one server on a local address. */
const admitServer: EgressRequest['admit'] = ({ origin }) =>
  origin === `http://127.0.0.2:${port}` || origin === `http://granted.test:${port}` ? ownersAddresses : publicAddresses;

it('is a corpus of at least 60 forms', () => {
  expect(new Set(forms).size).toBeGreaterThanOrEqual(60);
});

it('sees what it is asked for: the recorder and the server work', async () => {
  expect(await refusal({ url: `http://127.0.0.2:${port}/`, admit: admitServer })).toBe('reached: 200');
  expect(recorder.connections()).toEqual([`127.0.0.2:${port}`]);
});

describe.each(forms)('%s', (form) => {
  it('is not connected to directly', async () => {
    expect(refusals).toContain(await refusal({ url: form }));
    expect(recorder.connections()).toEqual([]);
  });

  it('is not connected to after one, two or three redirects', async () => {
    // A header holds only ASCII; an address may say the rest encoded.
    redirect = form.replace(/[^ -~]/g, encodeURIComponent);
    for (const steps of [0, 1, 2]) {
      expect(refusals).toContain(await refusal({ url: `http://127.0.0.2:${port}/step-${steps}`, admit: admitServer }));
    }
    expect(elsewhere()).toEqual([]);
  });
});

describe.each(addresses)('a name that leads to %s', (address) => {
  const evil = { address, family: familyOf(address) };

  it('is refused, alone and beside a public address', async () => {
    expect(await refusal({ url: 'http://evil.test/' }, async () => [evil])).toBe('egress.address');
    const beside = { address: '93.184.216.34', family: 4 as const };
    expect(await refusal({ url: 'http://evil.test/' }, async () => [beside, evil])).toBe('egress.address');
    expect(recorder.connections()).toEqual([]);
  });
});

/** What no grant opens: one for the very name does not either. */
const neverGranted = addresses.filter((address) => !ownersAddresses.has(classifyAddress(address)));
describe.each(neverGranted)('a granted name that turns to %s', (address) => {
  const evil = { address, family: familyOf(address) };

  it('is refused when it turns after the check, between two requests and in a redirect', async () => {
    let looked = 0;
    const turning: Resolve = async () => {
      looked += 1;
      return looked % 2 === 1 ? [{ address: '127.0.0.2', family: 4 }] : [evil];
    };
    const url = `http://granted.test:${port}/`;
    expect(await refusal({ url, admit: admitServer }, turning)).toBe('reached: 200');
    expect(await refusal({ url, admit: admitServer }, turning)).toBe('egress.address');
    redirect = url;
    expect(await refusal({ url: `${url}step-0`, admit: admitServer }, turning)).toBe('egress.address');
    expect(elsewhere()).toEqual([]);
    expect(looked).toBe(4);
  });
});
