import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Callee, startCallee } from '../../sim/callee/callee.ts';
import { FACILITY, TERMINAL, UNIT, type WorldFiles, writeWorldFiles } from '../../sim/world/folder.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { tierphone } from '../cli/run.ts';
import { freePort } from '../interop/peers/program.ts';
import { hasPostgres, type Postgres, startPostgres } from '../platform/postgres.ts';
import { Authority } from '../terminal/telephony/sip/certificates.ts';
import { hasDeployable, Mosquitto } from './mosquitto.ts';
import { tierphone as start } from './program.ts';

describe.skipIf(!hasDeployable || !hasPostgres)('--check --connect, with Mosquitto, PostgreSQL and a registrar', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-connect-'));
  const authority = new Authority();
  let postgres: Postgres;
  let mosquitto: Mosquitto;
  let callee: Callee;
  let files: WorldFiles;
  let httpPort: number;

  beforeAll(async () => {
    postgres = await startPostgres();
    callee = await startCallee({ user: TERMINAL, password: 'secret', realm: 'pine-river.test' });
    httpPort = await freePort('tcp');
    const sip = { user: TERMINAL, password: 'secret', address: callee.address, port: callee.port };
    files = await writeWorldFiles({
      ...{
        folder,
        brokerPort: 1,
        board: join(packageRoot(), 'board/raspberry-pi-serial.json'),
        call: {},
        postgres: postgres.url,
        httpPort,
        sip,
      },
      passwords: { platform: '', staff: '', terminals: '' },
    });
    const { files: tls } = authority.make({ names: 'IP:127.0.0.1' });
    mosquitto = await Mosquitto.open({ tls: { ...tls, ca: authority.ca }, phones: join(folder, 'keys/ca.crt') });
    const url = `mqtts://127.0.0.1:${mosquitto.port}`;
    for (const [file, role, ...name] of [
      [files.platform, 'platform', 'platform-1'],
      [files.terminal, 'terminal', FACILITY, UNIT, TERMINAL],
    ] as const) {
      const { file: _, ...own } = await mosquitto.account(role, ...name);
      change(file, (written) => ({ ...written, mqtt: { url, ca: authority.ca, ...own } }));
    }
  }, 120_000);
  afterAll(async () => {
    await callee?.close();
    await postgres?.stop();
    authority.close();
    rmSync(folder, { recursive: true, force: true });
  });

  // biome-ignore lint/suspicious/noExplicitAny: a file as it is written
  function change(file: string, how: (written: any) => object, to = file): string {
    writeFileSync(to, stringify(how(parse(readFileSync(file, 'utf8')))));
    return to;
  }
  const reach = (program: 'platform' | 'terminal', file: string) => tierphone([program, '--config', file, '--connect']);

  it('says what is there, and makes nothing of it', async () => {
    for (let n = 0; n < 2; n++) {
      const { code, out, err } = await reach('platform', files.platform);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/database: PostgreSQL \d+\S*.*; no tables yet: they are made at the first start/);
      expect(out).toMatch(/broker mqtts:\/\/127\.0\.0\.1:\d+: lets platform\/platform-1 in/);
      expect(out).toContain(`page: 127.0.0.1:${httpPort} can be had`);
    }
    const phone = await reach('terminal', files.terminal);
    expect(phone).toMatchObject({ code: 0, err: '' });
    expect(phone.out).toMatch(/broker \S+: lets it in\ntrunk \S+: its server answers/);
  });

  it('leaves a platform that runs alone', async () => {
    const platform = start('platform', '--config', files.platform);
    await platform.until(/platform is up/);
    const { code, out } = await reach('platform', files.platform);
    expect(code).toBe(0);
    expect(out).toContain('its tables are as they should be');
    expect(out).toMatch(/a platform of this name runs and has its line: it is not tried/);
    expect(platform.lines.filter((line) => line.includes('no link to the broker'))).toEqual([]);
    expect(await platform.stop()).toBe(0);
  });

  it('names each thing that is not as it should be, and what to do', async () => {
    const taken = await freePort('tcp');
    const { createServer } = await import('node:http');
    const other = createServer().listen(taken, '127.0.0.1');
    const bad = change(
      files.platform,
      (written) => ({
        ...written,
        database: { ...written.database, url: written.database.url.replace(/\/\w*\?/, '/elsewhere?') },
        mqtt: { ...written.mqtt, password: 'not-this' },
        http: { ...written.http, port: taken },
      }),
      join(folder, 'bad.yaml'),
    );
    const { code, out, err } = await reach('platform', bad);
    other.close();
    expect(code).toBe(1);
    expect(out).toMatch(/NO CALLS +database at .*: database "elsewhere" does not exist/);
    expect(out).toMatch(/NO CALLS +broker, as platform\/platform-1: .*refuses this user name or password/);
    expect(out).toMatch(/NO CALLS +page: listen EADDRINUSE/);
    expect(out).not.toContain('not-this');
    expect(err).toContain('3 of what it names cannot be used as it should');
    const away = change(
      files.terminal,
      (written) => ({ ...written, mqtt: { ...written.mqtt, url: `mqtts://127.0.0.1:${taken}` } }),
      join(folder, 'away.yaml'),
    );
    const phone = await reach('terminal', away);
    expect(phone.code).toBe(1);
    expect(phone.out).toMatch(/NO CALLS +broker mqtts:\S+: /);
    expect(phone.out).toMatch(/trunk \S+: its server answers/);
  });
});
