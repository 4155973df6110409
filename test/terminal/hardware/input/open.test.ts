import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openInput } from '../../../../src/terminal/hardware/input/open.ts';
import { InputBoard } from '../../../../src/terminal/hardware/input/wiring.ts';
import { LIMIT, Opened } from '../opened.ts';
import { StandIn } from './stand-in.ts';

const HOOK = 'KEY_F13';

let phone: Opened;
let handset: StandIn;
beforeEach(() => {
  phone = new Opened();
  handset = new StandIn(phone.folder);
});
afterEach(async () => {
  await phone.close();
  await handset.unplug();
});

const wiring = (more: object = {}) =>
  InputBoard.parse({ kind: 'input', path: handset.path, hook: { key: HOOK, lifted: 'up' }, ...more });
/** With setpriv, as it is used: only evtest itself is another. */
const open = (more: object = {}) =>
  phone.open((log) => openInput(wiring(more), log, ['setpriv', '--pdeathsig', 'KILL', handset.program]));
const plugged = async (more: object = {}) => {
  await handset.plug(HOOK);
  await open(more);
  await phone.seen({ type: 'hook', hook: 'on' });
};

describe('a USB handset', () => {
  it('tells the hook at start and everything a hand does', async () => {
    await plugged();
    expect(phone.events).toEqual([
      { type: 'board', state: 'ok', detail: handset.path },
      { type: 'hook', hook: 'on' },
    ]);
    await phone.hardware.alive();
    await handset.key(HOOK, 0);
    await phone.seen({ type: 'hook', hook: 'off' });
    for (const codes of [
      ['KEY_1'],
      ['KEY_KP0'],
      ['KEY_NUMERIC_9'],
      ['KEY_KPASTERISK'],
      ['KEY_LEFTSHIFT', 'KEY_8'],
      ['KEY_RIGHTSHIFT', 'KEY_3'],
      ['KEY_NUMERIC_POUND'],
    ]) {
      await handset.press(...codes);
    }
    await handset.press('KEY_A');
    await handset.press('KEY_LEFTSHIFT', 'KEY_1');
    await handset.press('KEY_VOLUMEUP');
    await handset.press('KEY_VOLUMEDOWN');
    await handset.key(HOOK, 1);
    await vi.waitFor(() => expect(phone.of('hook')).toHaveLength(3), LIMIT);
    expect(phone.pressed()).toBe('109**##');
    phone.allReleased();
    expect(phone.of('volume').map(({ direction }) => direction)).toEqual(['up', 'down']);
    expect(phone.of('hook').map(({ hook }) => hook)).toEqual(['on', 'off', 'on']);
  });

  it('is stopped from repeating keys, and repeats are no presses', async () => {
    await plugged();
    const written = handset.written();
    expect(written).toHaveLength(48);
    // EV_REP, its delay and its period: none.
    expect([written.readUInt16LE(16), written.readUInt16LE(18), written.readInt32LE(20)]).toEqual([0x14, 0, 0]);
    expect([written.readUInt16LE(40), written.readUInt16LE(42), written.readInt32LE(44)]).toEqual([0x14, 1, 0]);
    await handset.key('KEY_5', 1);
    for (let i = 0; i < 20; i++) await handset.key('KEY_5', 2);
    await handset.key('KEY_5', 0);
    await phone.seen({ type: 'key', key: '5', edge: 'up' });
    expect(phone.pressed()).toBe('5');
  });

  it('may hold its hook key while lifted instead, and has a map of its own', async () => {
    const keys = Object.fromEntries([...'0123456789*#'].map((key, n) => [`KEY_${'ABCDEFGHIJKL'[n]}`, key]));
    await handset.plug();
    await open({ hook: { key: HOOK, lifted: 'down' }, keys });
    await phone.seen({ type: 'hook', hook: 'on' });
    await handset.key(HOOK, 1);
    await phone.seen({ type: 'hook', hook: 'off' });
    await handset.press('KEY_1');
    await handset.press('KEY_L');
    await phone.seen({ type: 'key', key: '#', edge: 'up' });
    expect(phone.pressed()).toBe('#');
  });

  it('asks for the hook anew when the kernel has dropped events, and lets go of every key', async () => {
    await plugged();
    await handset.key('KEY_5', 1);
    await phone.seen({ type: 'key', key: '5', edge: 'down' });
    handset.held(HOOK, false);
    await handset.say('Event: time 1795522119.057214, >>>>>>>>>>>>>> SYN_DROPPED <<<<<<<<<<<<\n');
    await phone.seen({ type: 'key', key: '5', edge: 'up' }, { type: 'hook', hook: 'off' });
  });

  it('faults when unplugged in mid-press, and comes back with the hook as it is by then', async () => {
    await plugged();
    await handset.key(HOOK, 0);
    await handset.key('KEY_5', 1);
    await phone.seen({ type: 'hook', hook: 'off' }, { type: 'key', key: '5', edge: 'down' });
    phone.events.length = 0;
    await handset.unplug();
    await phone.seen({ type: 'board', state: 'fault' });
    expect(phone.events[0]).toEqual({ type: 'key', key: '5', edge: 'up' });
    await phone.logged('plug the handset in');
    phone.events.length = 0;
    handset.held(HOOK, false);
    await handset.plug();
    await phone.seen({ type: 'hook', hook: 'off' });
    expect(phone.events.map(({ type }) => type)).toEqual(['board', 'hook']);
    await handset.press('KEY_6');
    await phone.seen({ type: 'key', key: '6', edge: 'up' });
  });

  it('that is missing is one fault with its remedy, and no file is made in its place', async () => {
    await open();
    await phone.seen({ type: 'board', state: 'fault' });
    await phone.logged('correct "path" in the board file');
    expect(() => handset.written()).toThrow('ENOENT');
    await handset.plug(HOOK);
    await phone.seen({ type: 'board', state: 'ok' }, { type: 'hook', hook: 'on' });
    expect(phone.of('board')).toHaveLength(2);
  });

  it('that another program has taken for itself is a fault until that lets go', async () => {
    handset.taken(true);
    await handset.plug(HOOK);
    await open();
    await phone.seen({
      type: 'board',
      state: 'fault',
      detail: `${handset.path}: another program has taken it for itself`,
    });
    handset.taken(false);
    await phone.seen({ type: 'board', state: 'ok' });
    expect(phone.of('board')).toHaveLength(2);
  });

  it('leaves no program behind when it is closed', async () => {
    await plugged();
    expect(handset.running()).toBe(true);
    await phone.close();
    await vi.waitFor(() => expect(handset.running()).toBe(false), LIMIT);
  });
});

describe('a machine without evtest', () => {
  it.each([['evtest'], ['setpriv']])('says what to install where %s is missing', async (missing) => {
    await handset.plug();
    const nothing = join(phone.folder, 'nowhere', missing);
    const program = missing === 'setpriv' ? [nothing] : ['setpriv', '--pdeathsig', 'KILL', nothing];
    await phone.open((log) => openInput(wiring(), log, program));
    await phone.logged('install the Debian package');
    expect(phone.of('board').map(({ state }) => state)).toEqual(['fault']);
  });
});

describe.skipIf(spawnSync('which', ['evtest']).status !== 0)('evtest itself (needs evtest)', () => {
  it('says of a file that it is no input device', async () => {
    writeFileSync(handset.path, '');
    await phone.open((log) => openInput(wiring(), log));
    await phone.logged('this is no input device');
    expect(phone.of('board').map(({ state }) => state)).toEqual(['fault']);
  });
});
