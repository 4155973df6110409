import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { FACILITY, UNIT } from '../../sim/world/folder.ts';
import { openStaff } from '../../sim/world/staff.ts';
import { readYaml } from '../../src/cli/file.ts';
import { OrderPrivateKey } from '../../src/protocol/keys.ts';
import { lockdownTopic } from '../../src/protocol/topics.ts';
import { FacilityId, UnitId } from '../../src/protocol/units.ts';
import { dial } from '../process/dial.ts';
import type { Outside } from '../process/outside.ts';
import { randomFrom } from '../process/random.ts';
import type { Wall } from './gpio/wall.ts';
import type { Machine } from './machine/machine.ts';
import { VolatileDisk } from './machine/volatile-disk.ts';
import { type Bench, openBench, openWall } from './phone.ts';

/** The longest time from the handset's lift to the end of the power, ms: a whole call under emulation. */
const LONGEST = 25_000;
const READY = 240_000;

const UNIT_LOCKDOWN = lockdownTopic({ kind: 'unit', facility: FacilityId.parse(FACILITY), unit: UnitId.parse(UNIT) });

/** What pulling the plug came to. */
export interface Pulled {
  readonly bench: Bench;
  readonly pulls: number;
  /** Boots after which the lockdown was not what had been in effect. */
  readonly wrongLockdowns: readonly string[];
  /** From the start of the kernel to a terminal that takes a call, s, of each boot. */
  readonly ready: readonly number[];
}

export interface PullOptions {
  /** Without systemd, which takes as long to start as the terminal. */
  readonly alone?: boolean;
  /** Is told how often it was pulled, and may end it early. */
  goOn?(pulled: number): boolean;
}

/**
 * Makes calls on a phone in a machine and pulls its plug at a random instant of each, then switches it on again. What its disk was
 * not told to flush is lost. Lockdowns are ordered now and then, and their topic cleared: what holds after a boot holds by the disk.
 * Ends with the phone idle, open, and every record confirmed. The bench is left to the caller to inspect and close.
 */
export async function pullThePlug(
  pulls: number,
  seed: number,
  { alone = false, goOn = () => true }: PullOptions = {},
): Promise<Pulled> {
  const random = randomFrom(seed);
  const bench = await openBench({ call: { stall: '60s', interDigit: '30s', reply: '30s' } });
  const { outside, folder, image } = bench;
  const disk = join(folder, 'volatile.img');
  cpSync(image.disk, disk);
  await outside.startPlatform();
  outside.callee.habit = 'accept';
  const url = `mqtt://127.0.0.1:${outside.broker.port}`;
  const client = await connectAsync(url, { username: 'staff', password: 's' });
  const staff = openStaff(client, readYaml(outside.files.orderKey, OrderPrivateKey));
  const wrongLockdowns: string[] = [];
  const ready: number[] = [];
  let lockdown: 'open' | 'lockdown' = 'open';
  let machine: Machine;
  let pulled = 0;
  for (let more = pulls > 0; ; more = pulled < pulls && goOn(pulled)) {
    const server = await VolatileDisk.open(disk, join(folder, `disk-${pulled}`));
    machine = bench.start({ disk: server.url, alone });
    await machine.booted();
    const status = await outside.until(({ lockdown: { state, source } }) => state === 'open' || source !== null, READY);
    await machine.until('the GPIO lines are ours');
    ready.push(await machine.uptime());
    const wall = await openWall(machine);
    if (status.lockdown.state !== lockdown)
      wrongLockdowns.push(`after pull ${pulled}: ${status.lockdown.state}, not ${lockdown}`);
    if (!more) break;
    if (random() < (lockdown === 'open' ? 0.2 : 0.7)) {
      lockdown = lockdown === 'open' ? 'lockdown' : 'open';
      await staff.order({ scope: 'unit', state: lockdown, mode: 'drop', reason: 'plug' });
      await outside.until(({ lockdown: now }) => now.state === lockdown, READY);
      await client.publishAsync(UNIT_LOCKDOWN, '', { qos: 1, retain: true });
    }
    const call = makeCall(outside, wall).catch(() => undefined);
    await pause(random() * LONGEST);
    await Promise.all([machine.kill(), server.kill()]);
    outside.forget();
    await call;
    pulled += 1;
  }
  if (lockdown !== 'open') await staff.order({ scope: 'unit', state: 'open', mode: 'drain', reason: 'plug' });
  await outside.until(
    (now) => now.phase === 'idle' && now.recordsWaiting === 0 && now.lockdown.state === 'open',
    READY,
  );
  await client.endAsync();
  await machine.kill();
  return { bench, pulls: pulled, wrongLockdowns, ready };
}

/** A call as far as it gets. */
async function makeCall(outside: Outside, wall: Wall): Promise<void> {
  await dial(outside, wall, { limit: READY });
  await outside.until(({ phase }) => phase === 'talking', READY);
  await pause(3_000);
  await wall.hangUp();
  await outside.until(({ phase }) => phase === 'idle', READY);
}
