import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { platformFindings } from '../../src/cli/doctor/configuration.ts';
import { placeholdersIn } from '../../src/cli/placeholders.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { makeCountyKeys } from '../county-keys.ts';
import { Authority } from '../terminal/telephony/sip/certificates.ts';
import { tierphone } from './run.ts';

/** Starts of programs, on a busy machine. */
const LIMIT = { timeout: 240_000 };

const left = (text: string) => placeholdersIn({ setting: text }).length > 0;

describe('what is left of an example', () => {
  it.each([
    'change-me',
    'changeme',
    'CHANGE_ME',
    'change-me-to-32-characters',
    'exchange.example',
    'EXAMPLE',
    'example.com',
    'sip.example.org.',
    'broker.invalid',
    '192.0.2.7',
    '198.51.100.255',
    '203.0.113.1',
    '2001:db8::5',
    '[2001:db8::5]',
    '3fff:0::1',
    'mqtts://broker.example:8883',
    'mqtts://[2001:db8::5]',
    'postgres://tierphone@192.0.2.7/accounts',
    'postgres://tierphone@localhost/accounts?host=db.example.net',
  ])('is %s', (text) => {
    expect(left(text)).toBe(true);
  });

  it.each([
    'exchange-me',
    'changement',
    'example-county',
    'example.county.test',
    'examples.com',
    'county-example.com',
    '192.0.20.7',
    '10.0.0.5',
    '127.0.0.1',
    '2001:db80::5',
    '/etc/tierphone/terminal.yaml.example',
    'mqtts://broker.county.test/example',
    'Example County Jail',
    '',
  ])('is not %s', (text) => {
    expect(left(text)).toBe(false);
  });

  it('is named by its setting, wherever that stands', () => {
    const config = {
      a: 5,
      b: null,
      sip: { trunks: [{ user: 'x' }, { password: 'change-me', server: { host: 'a.example' } }] },
    };
    expect(placeholdersIn(config)).toEqual([
      'sip.trunks.1.password: change-me stands there: put in what is yours',
      'sip.trunks.1.server.host: a.example is of examples, nobody answers there: put in what is yours',
    ]);
  });
});

it(
  'the example of a terminal can be used but for what it leaves open, which --check and doctor name',
  LIMIT,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'example-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    await makeCountyKeys(join(folder, 'keys'));
    const path = join(folder, 'terminal.yaml');
    const example = readFileSync(join(packageRoot(), 'deploy/terminal.yaml'), 'utf8')
      .replace('/opt/tierphone/board/raspberry-pi-serial.json', join(packageRoot(), 'board/simulated.json'))
      .replace('/var/lib/tierphone', join(folder, 'data'));
    const settings = [
      'sip.trunks.0.domain',
      'sip.trunks.0.server.host',
      'sip.trunks.0.password',
      'mqtt.url',
      'mqtt.password',
    ];
    writeFileSync(path, example);
    const { code, out, err } = await tierphone(['terminal', '--check', '--config', path]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.trim().split('\n')).toEqual(
      settings.map((setting) => expect.stringMatching(`terminal\\.yaml: ${setting}: .*put in what is yours$`)),
    );
    const { findings } = JSON.parse((await tierphone(['doctor', '--config', path, '--json'])).out);
    for (const setting of settings) {
      const what = expect.stringMatching(`^${setting}: `);
      expect(findings).toContainEqual(expect.objectContaining({ weight: 'soon', what }));
    }

    writeFileSync(path, example.replaceAll('change-me', 'x').replaceAll('.example', '.county.test'));
    expect(await tierphone(['terminal', '--check', '--config', path])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/all is well\n$/),
    });
  },
);

it(
  'the examples of a platform and of a facility can be used but for what they leave open, which --check names',
  LIMIT,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'example-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const example = (name: string) => ({
      path: join(folder, name),
      text: readFileSync(join(packageRoot(), 'deploy', name), 'utf8'),
    });
    const platform = example('platform.yaml');
    const site = example('site.yaml');
    mkdirSync(join(folder, 'tls'));
    const authority = new Authority();
    onTestFinished(() => authority.close());
    writeFileSync(join(folder, 'tls/fullchain.pem'), authority.make({ names: 'DNS:phones.county.test' }).cert);
    const check = async () => {
      const both = [
        await tierphone(['platform', '--check', '--config', platform.path]),
        await tierphone(['import', '--check', site.path]),
      ];
      return {
        codes: both.map(({ code }) => code),
        out: both.map(({ out }) => out),
        err: both.map(({ err }) => err).join(''),
      };
    };
    for (const { path, text } of [platform, site]) writeFileSync(path, text);
    const { codes, err } = await check();
    expect(codes).toEqual([2, 2]);
    expect(err.trim().split('\n')).toEqual(
      [
        'database.url',
        'database.password',
        'mqtt.url',
        'mqtt.password',
        'http.url',
        'facility.id',
        'facility.name',
      ].map((setting) => expect.stringMatching(`\\.yaml: ${setting}: .*put in what is yours$`)),
    );
    for (const { path, text } of [platform, site])
      writeFileSync(path, text.replaceAll(/change-me/gi, 'pine').replaceAll('.example', '.county.test'));
    const well = expect.stringMatching(/all is well\n$/);
    expect(await check()).toMatchObject({ codes: [0, 0], out: [well, well] });
  },
);

it('a platform names them too', LIMIT, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'example-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'platform.yaml');
  const account = { username: 'platform/p', password: 'change-me-change-me' };
  const database = { kind: 'postgres', url: 'postgres://tierphone@192.0.2.9/accounts?sslmode=verify-full' };
  const keys = { platform: 'x', pepper: 'x' };
  writeFileSync(path, JSON.stringify({ database, mqtt: { url: 'mqtts://broker.county.test', ...account }, keys }));
  const { code, err } = await tierphone(['platform', '--check', '--config', path]);
  expect({ code, lines: err.trim().split('\n') }).toEqual({
    code: 2,
    lines: [
      expect.stringMatching(/platform\.yaml: database\.url: 192\.0\.2\.9 is of examples/),
      expect.stringMatching(/platform\.yaml: mqtt\.password: change-me stands there/),
    ],
  });
  expect(platformFindings(path)).toMatchObject([
    { weight: 'soon', what: expect.stringMatching(/^database\.url: 192\.0\.2\.9 /) },
    { weight: 'soon', what: expect.stringMatching(/^mqtt\.password: /) },
  ]);
  expect(platformFindings(join(folder, 'nowhere.yaml'))).toEqual([]);
});
