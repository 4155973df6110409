import { describe, expect, it } from 'vitest';
import { PlatformConfig } from '../../src/platform/config.ts';

const config = (more: object) => ({
  database: { kind: 'embedded', folder: 'db' },
  mqtt: { url: 'mqtts://broker.county.test' },
  keys: { platform: 's', pepper: 'p' },
  ...more,
});
const postgres = (url: string, more: object = {}) => config({ database: { kind: 'postgres', url, ...more } });
const http = (host: string, more: object = {}) => config({ http: { host, port: 8_080, ...more } });

const exchange = (more: object, kind: object = { kind: 'file', file: 'accounts' }) =>
  config({
    exchange: {
      ...kind,
      trunk: { name: 'exchange', domain: 'sip.county.test', server: { host: 'sip.county.test' }, ...more },
    },
  });
const kamailio = (query: string, scheme: string) => ({
  kind: 'kamailio',
  url: `postgres://tierphone@sip.county.test/kamailio${query}`,
  control: [`${scheme}://sip.county.test:5061/RPC`],
});

const problems = (written: object) =>
  PlatformConfig.safeParse(written).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('a platform', () => {
  it.each([
    ['an address of this machine', http('127.0.0.1')],
    ['::1', http('::1')],
    ['a proxy of this machine', http('127.0.0.1', { url: 'https://phones.county.test' })],
    [
      'a certificate of its own',
      http('0.0.0.0', { url: 'https://phones.county.test', tls: { cert: 'c.pem', key: 'k.pem' } }),
    ],
    ['a browser of this machine', http('127.0.0.1', { url: 'http://localhost:8080' })],
    ['an insecure address', http('0.0.0.0', { insecure: true })],
    ['a database of this machine', postgres('postgres://tierphone@localhost/tierphone')],
    ['a socket', postgres('postgres://tierphone@localhost/tierphone?host=%2Frun%2Fpostgresql')],
    ['a socket as host', postgres('postgres://tierphone@%2Frun%2Fpostgresql/tierphone')],
    ['a socket without a host', postgres('postgres:///tierphone?host=/run/postgresql')],
    ['TLS to a database', postgres('postgres://tierphone@db.county.test/tierphone?sslmode=verify-full')],
    ['a password beside the address', postgres('postgres://tierphone@127.0.0.1/tierphone', { password: 'hunter2' })],
    ['an insecure database', postgres('postgres://tierphone@db.county.test/tierphone', { insecure: true })],
    ['an insecure broker', config({ mqtt: { url: 'mqtt://10.0.0.5', insecure: true } })],
    ['an exchange that is reached by TLS', exchange({ transport: 'tls' })],
    ['an exchange of this machine', exchange({ server: { host: '127.0.0.1' } })],
    ['an insecure trunk', exchange({ insecure: true })],
    ['a Kamailio that is reached by TLS', exchange({ transport: 'tls' }, kamailio('?sslmode=verify-full', 'https'))],
    ['an insecure Kamailio', exchange({ transport: 'tls' }, { ...kamailio('', 'http'), insecure: true })],
  ])('may have %s', (_, written) => {
    expect(problems(written)).toEqual([]);
  });

  const DOOR =
    /^http\.host: tokens and records go by \S+ in clear text.*: give it a certificate \(http\.tls\), keep to 127\.0\.0\.1 with a proxy before it that has TLS, or say http\.insecure: true$/;
  const DATABASE =
    /^database\.url: everything that is kept goes to \S+ in clear text.*: put \?sslmode=verify-full at the end of the address, or say database\.insecure: true$/;
  it.each([
    ['all addresses', http('0.0.0.0'), DOOR],
    ['all addresses of IPv6', http('::'), DOOR],
    ['an address of a network', http('10.0.0.5'), DOOR],
    ['a name', http('platform.county.test'), DOOR],
    [
      'the address that people type',
      http('127.0.0.1', { url: 'http://phones.county.test' }),
      /^http\.url: passwords and sessions go to phones\.county\.test in clear text.*: people must reach it by https:\/\/, or say http\.insecure: true$/,
    ],
    [
      'the trunk of its phones',
      exchange({}),
      /^exchange\.trunk\.server: who calls whom, and the sound, go to sip\.county\.test in clear text.*: set transport: tls there, or say insecure: true in that trunk$/,
    ],
    [
      "the database of its phones' accounts",
      exchange({ transport: 'tls' }, kamailio('', 'https')),
      /^exchange\.url: everything that is kept goes to sip\.county\.test in clear text.*say exchange\.insecure: true$/,
    ],
    [
      'the word on registrations',
      exchange({ transport: 'tls' }, kamailio('?sslmode=verify-full', 'http')),
      /^exchange\.control\.0: whose registrations are to go is told to sip\.county\.test in clear text.*: use https:\/\/, or say exchange\.insecure: true$/,
    ],
    ['a database', postgres('postgres://tierphone@db.county.test/tierphone'), DATABASE],
    ['a database by its query', postgres('postgres://tierphone@localhost/tierphone?host=db.county.test'), DATABASE],
    ['a database without TLS', postgres('postgres://tierphone@db.county.test/x?sslmode=disable'), DATABASE],
    ['a database whoever it is', postgres('postgres://tierphone@db.county.test/x?sslmode=no-verify'), DATABASE],
    [
      'a database by the laxer rules of libpq',
      postgres('postgres://tierphone@db.county.test/x?uselibpqcompat=true&sslmode=require'),
      DATABASE,
    ],
    ['a broker', config({ mqtt: { url: 'mqtt://10.0.0.5' } }), /^mqtt\.url: password and messages go to 10\.0\.0\.5/],
  ])('is refused clear text by %s, by field and both remedies in a line', (_, written, line) => {
    expect(problems(written)).toEqual([expect.stringMatching(line)]);
  });

  it.each([
    'postgres://tierphone:hunter2@127.0.0.1/tierphone',
    'postgres://:hunter2@127.0.0.1/tierphone',
    'postgres://tierphone@127.0.0.1/tierphone?password=hunter2',
  ])('is refused the password in %s, and told where it goes', (url) => {
    expect(problems(postgres(url))).toEqual([
      'database.url: no password stands in an address, which logs and lists of processes show: give it by database.password, or PGPASSWORD in its environment',
    ]);
  });

  it.each(['phones.county.test', 'ftp://phones.county.test', 'https://phones.county.test/pages', 'https://a@b.test'])(
    'is refused %s as where people reach it',
    (url) => {
      expect(problems(http('127.0.0.1', { url }))).toEqual([expect.stringMatching(/^http\.url: .* (is|are) wanted/)]);
    },
  );

  it.each([
    ['a certificate', { tls: { cert: 'c.pem', key: 'k.pem' } }, /^http\.url: where people reach it is wanted/],
    ['a proxy', { proxy: ['127.0.0.1'] }, /^http\.url: where people reach it is wanted/],
    [
      'a certificate and http',
      { tls: { cert: 'c.pem', key: 'k.pem' }, url: 'http://localhost' },
      /^http\.url: https:\/\/ is wanted/,
    ],
    ['anybody as a proxy', { proxy: ['0.0.0.0/0'], url: 'https://a.test' }, /^http\.proxy\.0: this names everybody/],
    ['a proxy by name', { proxy: ['proxy.test'], url: 'https://a.test' }, /^http\.proxy\.0: an address is wanted/],
  ])('is refused %s where that says not enough, or too much', (_, more, line) => {
    expect(problems(http('127.0.0.1', more))).toEqual([expect.stringMatching(line)]);
  });

  it.each(['postgres://', 'postgres:///tierphone'])('is refused %s, which names no server', (url) => {
    expect(problems(postgres(url))).toEqual(['database.url: it names no host: postgres://user@127.0.0.1/name does']);
  });
});
