import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { accountCommand } from '../../src/cli/account.ts';
import { doctorCommand } from '../../src/cli/doctor.ts';
import { platformCommand } from '../../src/cli/platform.ts';
import { statusCommand } from '../../src/cli/status.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { command } from '../cli/run.ts';
import { makeCountyKeys } from '../county-keys.ts';
import { hasDeployable, Mosquitto } from '../process/mosquitto.ts';
import { type Program, tierphone } from '../process/program.ts';
import { Authority, type Owner } from '../terminal/telephony/sip/certificates.ts';

const hasOpenssl = spawnSync('openssl', ['version']).error === undefined;

/** Several starts of compiled programs, and of an empty database, on a busy machine. */
const LIMIT = { timeout: 300_000 };
const NAMES = 'IP:127.0.0.1,DNS:localhost';
const ADMIN = { username: 'broker-admin', password: 'secret' };
const UNTRUSTED =
  /its certificate, as 127\.0\.0\.1 shows it, comes from an authority that is not trusted; put that into /;

describe.skipIf(!hasDeployable || !hasOpenssl)('a broker over TLS (needs mosquitto and openssl)', LIMIT, () => {
  let folder: string;
  let authority: Authority;
  let broker: Mosquitto;
  let url: string;
  const programs: Program[] = [];

  const file = (name: string, written: object | string): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof written === 'string' ? written : stringify(written));
    return path;
  };

  /** Lays a certificate where the broker reads it at its start, and its authority. */
  function certify(owner: Owner): { cert: string; key: string; ca: string } {
    const { cert, key } = authority.make(owner);
    const ca = readFileSync(authority.ca, 'utf8');
    return { cert: file('broker.crt', cert), key: file('broker.key', key), ca: file('ca.pem', ca) };
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'certificate-'));
    authority = new Authority();
    await makeCountyKeys(join(folder, 'keys'));
    broker = await Mosquitto.open({ tls: certify({ names: NAMES }) });
    url = `mqtts://127.0.0.1:${broker.port}`;
    vi.stubEnv('TIERPHONE_MQTT_PASSWORD', 'secret');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    for (const program of programs) await program.stop('SIGKILL');
    await broker.close();
    authority.close();
    rmSync(folder, { recursive: true });
  });

  const trust = () => ['--ca', join(folder, 'ca.pem')];
  const account = (...args: string[]) =>
    command(accountCommand(), [...args, '--user', 'broker-admin', '--broker', url]);
  const made = async (...args: string[]) => parse((await account(...args, ...trust())).out).mqtt;

  it('is believed by its authority alone: by flag, file and profile; what is printed for an account names it', async () => {
    const stranger = await account('platform', 'p');
    expect(stranger).toMatchObject({ code: 1, out: '', err: expect.stringMatching(UNTRUSTED) });
    expect(stranger.err).toMatch(/put that into --ca, or ca in the profile or file$/);
    expect(await made('platform', 'p')).toMatchObject({ url, ca: join(folder, 'ca.pem'), username: 'platform/p' });

    // A file's and a profile's is seen from where they stand.
    const staff = (mqtt: object) =>
      command(accountCommand(), ['staff', 'pine-river', 'desk', '--config', file('admin.yaml', { mqtt })]);
    expect(await staff({ url, ...ADMIN })).toMatchObject({ code: 1, err: expect.stringMatching(UNTRUSTED) });
    expect(await staff({ url, ...ADMIN, ca: 'ca.pem' })).toMatchObject({ code: 0 });
    file('password', 'secret\n');
    const desk = { broker: url, facility: 'pine-river', user: 'broker-admin', passwordFile: 'password' };
    const status = (profile: object) => command(statusCommand(), ['--profile', file('profile.yaml', profile)]);
    expect(await status(desk)).toMatchObject({ code: 1, err: expect.stringMatching(UNTRUSTED) });
    expect((await status({ ...desk, ca: 'ca.pem' })).err).not.toMatch(/certificate|no broker/);
    const remote = ['--remote', 'pine-river/B-1', '--broker', url, '--user', 'broker-admin'];
    const doctor = (...more: string[]) => command(doctorCommand(), [...remote, ...more]);
    expect(await doctor()).toMatchObject({ code: 1, err: expect.stringMatching(UNTRUSTED) });
    expect((await doctor(...trust())).err).not.toMatch(/certificate|no broker/);
  });

  it.each([
    ['for another name', { names: 'DNS:other.test' }, /is for DNS:other\.test and not for 127\.0\.0\.1; reach it by/],
    ['that has expired', { names: NAMES, days: -1 }, /has expired; 127\.0\.0\.1 must renew it, or this clock is wrong/],
    ['that is not valid yet', { names: NAMES, from: 1 }, /is not valid yet; check the clock of this machine/],
  ])('with a certificate %s is not spoken to, and a line says so', async (_, owner, line) => {
    certify(owner);
    await broker.kill();
    await broker.start();
    onTestFinished(async () => {
      certify({ names: NAMES });
      await broker.kill();
      await broker.start();
    });
    const { code, out, err } = await account('platform', 'other', ...trust());
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: expect.stringMatching(line) });
    expect(err).not.toContain('\n');
  });

  it('is linked to by terminal and platform that trust it; those that do not name it in a line, and so does doctor', async () => {
    const login = await made('platform', 'platform-1');
    const platform = (mqtt: object) => {
      const keys = { pepper: 'keys/pepper', platform: 'keys/platform.key.json' };
      const config = { database: { kind: 'embedded', folder: 'database' }, mqtt, keys };
      const program = tierphone('platform', '--config', file('platform.yaml', config));
      programs.push(program);
      return program;
    };
    const deaf = platform({ ...login, ca: undefined });
    expect(await deaf.until(/no link to the broker/)).toMatch(UNTRUSTED);
    await deaf.until(/platform is up/);
    await deaf.stop();
    await platform(login).until(/linked to the broker/);

    const phone = await made('terminal', 'pine-river', 'B', 'B-1');
    const terminal = (mqtt: object) =>
      file('terminal.yaml', {
        facility: 'pine-river',
        unit: 'B',
        terminal: 'B-1',
        board: join(packageRoot(), 'board/simulated.json'),
        data: 'terminal',
        sip: {
          local: { address: '127.0.0.1' },
          trunks: [{ name: 'x', domain: 'x.test', server: { host: '127.0.0.1', port: 9 }, user: 'b', register: false }],
        },
        mqtt,
        keys: { orders: 'keys/orders.json', platform: 'keys/platform.json' },
      });
    const stranger = terminal({ ...phone, ca: undefined });
    const { findings } = JSON.parse((await command(doctorCommand(), ['--config', stranger, '--json'])).out);
    expect(findings).toContainEqual(expect.objectContaining({ what: expect.stringMatching(UNTRUSTED) }));
    const lost = tierphone('terminal', '--config', stranger);
    programs.push(lost);
    expect(await lost.until(/no link to the broker/)).toMatch(/put that into mqtt\.ca/);
    await lost.stop();
    programs.push(tierphone('terminal', '--config', terminal(phone)));
    const staff = file('staff.yaml', { mqtt: await made('staff', 'pine-river', 'control-room') });
    await vi.waitFor(
      async () => {
        const { out } = await command(statusCommand(), ['pine-river', '--config', staff, '--json']);
        expect(JSON.parse(out).phones).toMatchObject([{ terminal: 'B-1', online: true }]);
      },
      { timeout: 200_000, interval: 500 },
    );
  });

  it('whose authority is no certificate, or not there, is told of before anything is tried', async () => {
    const none = file('none.pem', 'not a certificate\n');
    expect(await account('platform', 'q', '--ca', none)).toMatchObject({
      err: `${none}: no certificate (PEM) is in it`,
    });
    const config = { database: { kind: 'embedded', folder: 'database' }, keys: { platform: 'x', pepper: 'x' } };
    const check = (ca: string) =>
      command(platformCommand(), ['--check', '--config', file('checked.yaml', { ...config, mqtt: { url, ca } })]);
    expect((await check('none.pem')).err).toBe(`${none}: no certificate (PEM) is in it`);
    expect((await check('nowhere.pem')).err).toMatch(/nowhere\.pem: there is no such file$/);
  });
});
