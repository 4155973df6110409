import { describe, expect, it } from 'vitest';
import { clearTextIn, withSrtp } from '../../src/terminal/clear.ts';
import { TerminalConfig } from '../../src/terminal/config.ts';

const CARRIER = { host: 'sip.carrier.test' };
const HERE = { host: '127.0.0.1', port: 5060 };

const config = (trunk: object, more: { sip?: object; mqtt?: object } = {}, ...trunks: object[]) => ({
  facility: 'pine-river',
  unit: 'B',
  terminal: 'B-1',
  board: 'board.json',
  data: 'data',
  sip: { trunks: [{ name: 'carrier', domain: 'carrier.test', user: 'b-1', ...trunk }, ...trunks], ...more.sip },
  mqtt: { url: 'mqtts://broker.county.test', ...more.mqtt },
  keys: { orders: 'orders.json', platform: 'platform.json' },
});

const problems = (written: object) =>
  TerminalConfig.safeParse(written).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('a terminal', () => {
  it.each([
    ['a trunk of this machine over UDP', config({ server: HERE })],
    ['a trunk over TLS', config({ server: CARRIER, transport: 'tls' })],
    ['TLS and SRTP', config({ server: CARRIER, transport: 'tls' }, { sip: { srtp: 'required' } })],
    ['a broker of this machine', config({ server: HERE }, { mqtt: { url: 'mqtt://localhost' } })],
    ['sound of this machine', config({ server: HERE, transport: 'tls' }, { sip: { srtp: 'off' } })],
    ['an insecure trunk', config({ server: CARRIER, insecure: true })],
    ['an insecure broker', config({ server: HERE }, { mqtt: { url: 'mqtt://10.0.0.5', insecure: true } })],
    [
      'sound in clear text by an insecure trunk',
      config({ server: CARRIER, transport: 'tls', insecure: true }, { sip: { srtp: 'preferred' } }),
    ],
  ])('may have %s', (_, written) => {
    expect(problems(written)).toEqual([]);
  });

  it.each([
    [
      'a trunk over UDP',
      config({ server: CARRIER }),
      /^sip\.trunks\.0\.server: who calls whom, and the sound, go to sip\.carrier\.test in clear text.*: set transport: tls there, or say insecure: true in that trunk$/,
    ],
    ['a trunk over TCP', config({ server: CARRIER, transport: 'tcp' }), /^sip\.trunks\.0\.server: .*clear text/],
    [
      'TLS without SRTP',
      config({ server: CARRIER, transport: 'tls' }, { sip: { srtp: 'off' } }),
      /^sip\.srtp: sound goes by trunk carrier to sip\.carrier\.test in clear text.*: say srtp: required or leave it out, or say insecure: true in that trunk$/,
    ],
    [
      'SRTP that the far end may decline',
      config({ server: CARRIER, transport: 'tls' }, { sip: { srtp: 'preferred' } }),
      /^sip\.srtp: sound may go by trunk carrier/,
    ],
    [
      'a broker without TLS',
      config({ server: HERE }, { mqtt: { url: 'mqtt://10.0.0.5:1883', password: 'hunter2' } }),
      /^mqtt\.url: password and messages go to 10\.0\.0\.5 in clear text.*: use mqtts:\/\/10\.0\.0\.5, or say mqtt\.insecure: true$/,
    ],
  ])('is refused %s to another machine, by field and both remedies in a line', (_, written, line) => {
    expect(problems(written)).toEqual([expect.stringMatching(line)]);
    expect(problems(written).join()).not.toMatch(/hunter2|\n/);
  });

  it('is told of each way that is refused, and insecure of one says nothing of another', () => {
    const written = config(
      { server: CARRIER },
      { mqtt: { url: 'mqtt://10.0.0.5', insecure: true } },
      { name: 'b', domain: 'b.test', user: 'b', server: { host: 'b.test' }, insecure: true },
      { name: 'c', domain: 'c.test', user: 'c', server: { host: 'c.test' } },
    );
    expect(problems(written)).toMatchObject([
      expect.stringMatching(/^sip\.trunks\.0\.server/),
      expect.stringMatching(/^sip\.trunks\.2\.server/),
    ]);
  });
});

it('sound over TLS must be encrypted where nothing is said, unless its trunk is insecure or of this machine', () => {
  const policies = (sip: object, ...trunks: object[]) =>
    withSrtp(
      TerminalConfig.parse({
        ...config({}),
        sip: { trunks: trunks.map((trunk, n) => ({ name: `t${n}`, domain: 'x.test', user: 'u', ...trunk })), ...sip },
      }).sip,
    ).trunks.map((trunk) => ('srtp' in trunk ? trunk.srtp : undefined));
  const tls = { server: CARRIER, transport: 'tls' };
  expect(
    policies({}, tls, { ...tls, insecure: true }, { ...tls, server: HERE }, { server: CARRIER, insecure: true }),
  ).toEqual(['required', undefined, undefined, undefined]);
  expect(policies({ srtp: 'preferred' }, { ...tls, insecure: true })).toEqual([undefined]);
});

it('what is allowed is found as well', () => {
  const { sip, mqtt } = TerminalConfig.parse(
    config({ server: CARRIER, transport: 'tls', insecure: true }, { mqtt: { url: 'mqtt://10.0.0.5', insecure: true } }),
  );
  expect(clearTextIn({ sip, mqtt }).map(({ at, allowed }) => [at.join('.'), allowed])).toEqual([
    ['mqtt.url', true],
    ['sip.srtp', true],
  ]);
});
