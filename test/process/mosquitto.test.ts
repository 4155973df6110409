import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filter, firstValueFrom, map, timeout } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { bringSite } from '../../sim/world/bring-site.ts';
import type { Broker } from '../../sim/world/broker.ts';
import { FACILITY, TERMINAL, UNIT } from '../../sim/world/folder.ts';
import { readYaml } from '../../src/cli/file.ts';
import { readPlatformConfig } from '../../src/cli/platform.ts';
import { Site } from '../../src/platform/facilities/site.ts';
import { StatusMessage, type TerminalStatus } from '../../src/protocol/messages.ts';
import { hasSocat } from '../terminal/hardware/pty-board.ts';
import { verdict } from './ledger.ts';
import { hasDeployable, Mosquitto } from './mosquitto.ts';
import { SITE } from './outside.ts';
import { type Program, tierphone } from './program.ts';
import { openWall, type Wall } from './wall.ts';

type Online = Extract<TerminalStatus, { online: true }>;

const has = hasSocat && hasDeployable;

describe.skipIf(!has)('the whole thing on Mosquitto as it is deployed (needs socat, mosquitto)', () => {
  let mosquitto: Mosquitto;
  let seen: Broker;
  let wall: Wall;
  let platform: Program;
  let terminal: Program;
  let staff: Awaited<ReturnType<Mosquitto['account']>>;

  beforeAll(async () => {
    mosquitto = await Mosquitto.open();
    const service = await mosquitto.account('platform', 'platform');
    const phone = await mosquitto.account('terminal', FACILITY, UNIT, TERMINAL);
    staff = await mosquitto.account('staff', FACILITY, 'staff');
    const watch = await mosquitto.account('staff', FACILITY, 'watch');
    seen = await mosquitto.seenBy(watch, `tierphone/v1/${FACILITY}/terminals/+/status`);
    wall = await openWall({
      broker: {
        open: seen,
        platform: service,
        staff,
        terminal: phone,
      },
    });
    wall.callee.habit = 'accept';
  });
  afterAll(() => wall?.close());

  /** Staff's order for the unit, as it is given at a desk. */
  async function lockdown(...flags: string[]): Promise<void> {
    const how = ['--reason', 'count', '--key', wall.files.orderKey, '--config', staff.file];
    const program = tierphone('lockdown', 'unit', FACILITY, UNIT, ...flags, ...how);
    expect(await program.ended(), program.lines.join('\n')).toBe(0);
  }
  const hungUp = (line: string) => line.includes('record: caller-hung-up');
  const idle = () => wall.until(({ phase }) => phase === 'idle');

  /** Starts the broker again; resolves with the first wanted status that is younger. */
  async function statusAfterRestart(wanted: (status: Online) => boolean): Promise<Online> {
    const since = Date.now();
    const young = firstValueFrom(
      seen.messages.pipe(
        map(({ payload }) => StatusMessage.parse(JSON.parse(payload.toString()))),
        filter(({ at }) => at >= since),
        map(({ body }) => body),
        filter((body): body is Online => body.online && wanted(body)),
        timeout(60_000),
      ),
    );
    await mosquitto.start();
    return young;
  }

  it('a platform with the wrong account says which right it lacks', async () => {
    const written = parse(readFileSync(wall.files.platform, 'utf8'));
    Object.assign(written.mqtt, { username: staff.username, password: staff.password });
    const file = join(wall.folder, 'wrong.yaml');
    writeFileSync(file, stringify({ ...written, database: { kind: 'embedded', folder: 'wrong' } }));
    await bringSite(readPlatformConfig(file), readYaml(SITE, Site));
    const program = tierphone('platform', '--config', file);
    const line = await program.until(/denies this user/);
    const all = `tierphone/v1/${FACILITY}/terminals/+`;
    expect(line).toContain(`${all}/requests and ${all}/records`);
    await program.stop();
  });

  it('a call from lift to ledger', async () => {
    platform = await wall.startPlatform();
    terminal = await wall.startTerminal();
    await wall.until(({ faults, lockdown: { state } }) => faults.length === 0 && state === 'open');
    await wall.dial();
    const { call } = await wall.until(({ phase }) => phase === 'talking');
    wall.board.hangUp();
    await platform.until(new RegExp(`record stored.*${call}.*caller-hung-up`));
  });

  it('a lockdown that drops ends a call; lifted, calls go again', async () => {
    await wall.dial();
    const { call } = await wall.until(({ phase }) => phase === 'talking');
    await lockdown('--drop');
    await wall.until(({ phase, lockdown: { state } }) => phase === 'ended' && state === 'lockdown');
    await platform.until(new RegExp(`record stored.*${call}.*lockdown`));
    wall.board.hangUp();
    await idle();
    wall.board.lift();
    await wall.until(({ hook, phase }) => hook === 'off' && phase === 'ended');
    wall.board.hangUp();
    await idle();
    await lockdown('--open');
    await wall.until(({ lockdown: { state } }) => state === 'open');
  });

  it('killed twice in mid-call: the call goes on to its end, its record comes later, the lockdown stands', {
    timeout: 180_000,
  }, async () => {
    await wall.dial();
    const { call } = await wall.until(({ phase }) => phase === 'talking');
    await lockdown('--drain');
    await wall.until(({ lockdown: { state } }) => state === 'lockdown');

    await mosquitto.kill();
    await terminal.until(/no link to the broker/);
    expect(await statusAfterRestart(({ phase }) => phase === 'talking')).toMatchObject({
      phase: 'talking',
      call,
      lockdown: { state: 'lockdown' },
    });

    await mosquitto.kill();
    wall.board.hangUp();
    await expect.poll(() => terminal.lines.filter(hungUp).length, { timeout: 30_000 }).toBe(2);
    const end = await statusAfterRestart(({ phase, recordsWaiting }) => phase === 'idle' && recordsWaiting === 0);
    await platform.until(new RegExp(`record stored.*${call}.*caller-hung-up`));
    expect(end.lockdown).toMatchObject({ state: 'lockdown', mode: 'drain' });
    await lockdown('--open');
    await wall.until(({ lockdown: { state } }) => state === 'open');
    expect(await verdict(wall)).toEqual({ missing: [], twice: [], held: 0, postings: 0, wrongBalances: [] });
  });
});
