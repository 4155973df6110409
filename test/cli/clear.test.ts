import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { platformFindings } from '../../src/cli/doctor/configuration.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { makeCountyKeys } from '../county-keys.ts';
import { freePort } from '../terminal/fleet/brokers.ts';
import { tierphone } from './run.ts';

const SECRET = 'hunter2';
/** Each starts several programs, on a busy machine. */
const LIMIT = { timeout: 240_000 };
/** Every address of this machine, and so no loopback: whoever speaks to it here is refused the connection at once. */
const ANY = '0.0.0.0';

let folder: string;
let port: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clear-'));
  port = await freePort();
  await makeCountyKeys(join(folder, 'keys'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, written: object): string => {
  const path = join(folder, name);
  writeFileSync(path, stringify(written));
  return path;
};

const terminal = (mqtt: object, trunk: object) =>
  file('terminal.yaml', {
    facility: 'pine-river',
    unit: 'B',
    terminal: 'B-1',
    board: join(packageRoot(), 'board/simulated.json'),
    data: 'data',
    sip: { trunks: [{ name: 'carrier', domain: 'carrier.test', user: 'b-1', password: SECRET, ...trunk }] },
    mqtt: { username: 'terminal/pine-river/B-1', password: SECRET, ...mqtt },
    keys: { orders: 'keys/orders.json', platform: 'keys/platform.json' },
  });

const platform = (more: object) =>
  file('platform.yaml', {
    database: { kind: 'embedded', folder: 'database' },
    mqtt: { url: 'mqtt://127.0.0.1', password: SECRET },
    keys: { platform: 'keys/platform.key.json', pepper: 'keys/pepper' },
    ...more,
  });

/** What it said, without a secret in it. */
async function run(...args: string[]) {
  const result = await tierphone(args);
  expect(result.out + result.err).not.toContain(SECRET);
  return result;
}

describe('tierphone terminal --check and doctor', LIMIT, () => {
  it('refuse clear text to other machines, a line a field, and the terminal does not start', async () => {
    const path = terminal({ url: `mqtt://${ANY}:${port}` }, { server: { host: ANY, port } });
    const lines = [
      expect.stringMatching(/terminal\.yaml:\d+: mqtt\.url: .*clear text.*use mqtts:.*or say mqtt\.insecure: true$/),
      expect.stringMatching(/terminal\.yaml:\d+: sip\.trunks\.0\.server: .*clear text.*transport: tls.*insecure: true/),
    ];
    for (const check of [['--check'], []]) {
      const { code, err } = await run('terminal', '--config', path, ...check);
      expect({ code, lines: err.trim().split('\n') }).toEqual({ code: 2, lines });
    }
    const doctor = await run('doctor', '--config', path, '--json');
    expect(doctor.code).toBe(1);
    const { findings } = JSON.parse(doctor.out);
    for (const line of lines)
      expect(findings).toContainEqual(expect.objectContaining({ weight: 'stops-calls', what: line }));
  });

  it('name clear text that is allowed', async () => {
    const allowed = { insecure: true };
    const path = terminal({ url: `mqtt://${ANY}:${port}`, ...allowed }, { server: { host: ANY, port }, ...allowed });
    const { code, out } = await run('terminal', '--config', path, '--check');
    expect({ code, lines: out.trim().split('\n') }).toEqual({
      code: 0,
      lines: [
        expect.stringMatching(/mqtt\.url: password and messages go to 0\.0\.0\.0 in clear text.*as insecure: true/),
        expect.stringMatching(/sip\.trunks\.0\.server: who calls whom, and the sound, go to 0\.0\.0\.0 in clear text/),
        expect.stringMatching(/all is well$/),
      ],
    });
    const { findings } = JSON.parse((await run('doctor', '--config', path, '--json')).out);
    for (const what of [/^mqtt\.url: .*clear text/, /^sip\.trunks\.0\.server: .*clear text/])
      expect(findings).toContainEqual(expect.objectContaining({ weight: 'note', what: expect.stringMatching(what) }));
  });
});

describe('tierphone platform --check', LIMIT, () => {
  it('refuses to serve HTTP, and to reach broker and database, in clear text; the platform does not start', async () => {
    const path = platform({
      mqtt: { url: `mqtt://${ANY}:${port}` },
      http: { host: ANY, port },
      database: { kind: 'postgres', url: `postgres://${ANY}:${port}/x`, password: SECRET },
    });
    expect(platformFindings(path)).toMatchObject(
      ['database.url', 'mqtt.url', 'http.host'].map((setting) => ({
        weight: 'stops-calls',
        what: expect.stringMatching(`platform\\.yaml:\\d+: ${setting}: .* in clear text`),
      })),
    );
    for (const check of [['--check'], []]) {
      const { code, err } = await run('platform', '--config', path, ...check);
      expect({ code, lines: err.trim().split('\n') }).toEqual({
        code: 2,
        lines: [
          expect.stringMatching(/platform\.yaml:\d+: database\.url: .*clear text.*sslmode.*or say database\.insecure/),
          expect.stringMatching(
            /platform\.yaml:\d+: mqtt\.url: .*clear text.*use mqtts:.*or say mqtt\.insecure: true$/,
          ),
          expect.stringMatching(/platform\.yaml:\d+: http\.host: .*clear text.*proxy.*or say http\.insecure: true$/),
        ],
      });
    }
  });

  it('names clear text that is allowed', async () => {
    const path = platform({ http: { host: ANY, port, insecure: true } });
    expect(platformFindings(path)).toMatchObject([{ weight: 'note', what: expect.stringMatching(/^http\.host: /) }]);
    const { code, out } = await run('platform', '--check', '--config', path);
    expect({ code, lines: out.trim().split('\n') }).toEqual({
      code: 0,
      lines: [
        expect.stringMatching(/http\.host: .*in clear text.*as insecure: true/),
        expect.stringMatching(/all is well$/),
      ],
    });
  });
});

describe('a command that speaks to a broker', LIMIT, () => {
  const account = ['account', 'platform', 'p', '--user', 'broker-admin'];

  it('refuses clear text to another machine, by flag, file and profile, unless it is allowed there', async () => {
    const url = `mqtt://${ANY}:${port}`;
    const profile = (more: object) => file('profile.yaml', { broker: url, facility: 'pine-river', ...more });
    const status = ['status', '--profile'];
    const admin = (more: object) => [
      'account',
      'platform',
      'p',
      '--config',
      file('admin.yaml', { mqtt: { url, ...more } }),
    ];
    expect(await run(...account, '--broker', url)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^error: --broker: .* 0\.0\.0\.0 in clear text.*: use mqtts:\S+, or say --insecure\n/),
    });
    expect(await run(...admin({}))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/admin\.yaml:\d+: mqtt\.url: .*clear text.*mqtt\.insecure: true/),
    });
    expect(await run(...status, profile({}))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/profile\.yaml:\d+: broker: .*clear text.*or say insecure: true/),
    });
    expect(await run('doctor', '--remote', 'pine-river/B-1', '--broker', url)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--insecure'),
    });
    // Allowed, it speaks to it: nobody is there.
    for (const args of [
      [...account, '--broker', url, '--insecure'],
      admin({ insecure: true }),
      [...status, profile({ insecure: true })],
      ['doctor', '--remote', 'pine-river/B-1', '--broker', url, '--insecure'],
    ])
      expect(await run(...args)).toMatchObject({ code: 1, err: expect.stringContaining('no broker answers there') });
  });

  it('takes no password in an address, repeats none, and says where it goes', async () => {
    const url = `mqtts://admin:${SECRET}@broker.county.test`;
    const wrong = /no user and no password stand in an address/;
    expect(await run(...account, '--broker', url)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--broker: no user .*: give them by --user and TIERPHONE_MQTT_PASSWORD/),
    });
    const files = [
      ['account', 'platform', 'p', '--config', file('admin.yaml', { mqtt: { url } })],
      ['status', '--profile', file('profile.yaml', { broker: url, facility: 'pine-river' })],
      ['terminal', '--check', '--config', terminal({ url }, { server: { host: '127.0.0.1' } })],
      ['platform', '--check', '--config', platform({ mqtt: { url } })],
    ];
    for (const args of files) expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringMatching(wrong) });
    const database = { kind: 'postgres', url: `postgres://tierphone:${SECRET}@127.0.0.1/accounts` };
    expect(await run('platform', '--check', '--config', platform({ database }))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/database\.url: no password stands in an address.*database\.password, or PGPASSWORD/),
    });
  });
});
