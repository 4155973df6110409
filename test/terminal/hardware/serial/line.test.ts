import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KEYS } from '../../../../src/protocol/units.ts';
import { openSerial } from '../../../../src/terminal/hardware/serial/open.ts';
import { SerialBoard } from '../../../../src/terminal/hardware/wiring.ts';
import { Random } from '../../call/random.ts';
import { atSpeed, noisy } from '../noise.ts';
import { LIMIT, Opened } from '../opened.ts';
import { hasSocat, PtyBoard } from '../pty-board.ts';

describe.skipIf(!hasSocat)('a bad line to a serial board (needs socat)', () => {
  let phone: Opened;
  let board: PtyBoard;

  beforeEach(async () => {
    phone = new Opened();
    board = await PtyBoard.open(join(phone.folder, 'line'));
  });
  afterEach(async () => {
    await phone.close();
    await board.close();
  });
  const open = (wiring: object = {}) =>
    phone.open((log) => openSerial(SerialBoard.parse({ kind: 'serial', path: board.path, ...wiring }), log));

  it('of a board at another speed than the terminal is a fault that names baud', async () => {
    const pairs = [
      [9_600, 115_200],
      [115_200, 9_600],
      [57_600, 115_200],
      [115_200, 19_200],
    ] as const;
    const wrong = async ([from, baud]: (typeof pairs)[number]) => {
      const phone = new Opened();
      const board = await PtyBoard.open(join(phone.folder, 'line'), (bytes) => atSpeed(bytes, from, baud));
      try {
        await phone.open((log) => openSerial(SerialBoard.parse({ kind: 'serial', path: board.path, baud }), log));
        await phone.seen({ type: 'board', state: 'fault' });
        expect(phone.of('board')[0]?.detail).toContain(`"baud" (${baud})`);
        await phone.logged('set "baud" in the board file');
        expect(phone.events.every(({ type }) => type === 'board' || type === 'malformed')).toBe(true);
      } finally {
        await phone.close();
        await board.close();
      }
    };
    await Promise.all(pairs.map(wrong));
  });

  it('of a board that says other things but never beats is a fault that says so', async () => {
    await board.close();
    board = await PtyBoard.open(join(phone.folder, 'line'), undefined, { hung: true });
    await open();
    const talking = setInterval(() => board.press('5'), 200);
    await phone.seen({ type: 'board', state: 'fault' });
    clearInterval(talking);
    expect(phone.of('board').at(-1)?.detail).toContain('does not beat');
    expect(phone.of('key')).toEqual([]);
  });

  it('loses beats, asks for them, and makes no fault of that', async () => {
    await open();
    await phone.seen({ type: 'hook', hook: 'on' });
    // No beat comes by itself any more: only those that are asked for.
    board.resume(3_600_000);
    const hellos = () => board.heard.filter(({ type }) => type === 'hello').length;
    const before = hellos();
    await vi.waitFor(() => expect(hellos()).toBeGreaterThan(before + 2), LIMIT);
    expect(phone.of('board')).toHaveLength(1);
  });

  it('takes the words that light a lamp, and it is lit all the same', async () => {
    await open();
    await phone.seen({ type: 'hook', hook: 'on' });
    board.line = () => new Uint8Array(0);
    phone.hardware.led('line', 'on');
    await pause(50);
    board.line = (bytes) => bytes;
    board.heard.length = 0;
    board.resume(20);
    await vi.waitFor(() => expect(board.heard).toContainEqual({ type: 'led', led: 'line', state: 'on' }), LIMIT);
  });

  it('with 1% of bytes hit loses lines, but no wrong one is told and the next beat puts the hook right', async () => {
    const random = new Random(4);
    board.line = (bytes) => noisy(bytes, 0.01, random);
    await open();
    await phone.seen({ type: 'board', state: 'ok' });
    board.resume(25);
    const pressed: string[] = [];
    let hook: 'on' | 'off' = 'on';
    for (let round = 0; round < 60; round++) {
      hook = round % 2 === 0 ? 'off' : 'on';
      if (hook === 'off') board.lift();
      else board.hangUp();
      for (let i = 0; i < 50; i++) {
        const key = KEYS[random.below(KEYS.length)] ?? '0';
        pressed.push(key);
        board.press(key);
      }
      await vi.waitFor(() => expect(phone.of('hook').at(-1)?.hook).toBe(hook), LIMIT);
    }
    const told = [...phone.pressed()];
    let from = 0;
    for (const key of told) {
      from = pressed.indexOf(key, from) + 1;
      expect(from).toBeGreaterThan(0);
    }
    // What noise takes cannot be had again from a board that does not number its lines.
    const lost = 1 - told.length / pressed.length;
    expect(lost).toBeGreaterThan(0.05);
    expect(lost).toBeLessThan(0.25);
    expect(phone.of('board')).toHaveLength(1);
    expect(phone.of('tamper')).toEqual([]);
    expect(phone.of('volume')).toEqual([]);
    // Each lift and each hang-up once: no level in between was taken for true.
    expect(phone.of('hook')).toHaveLength(61);
    expect(phone.of('malformed').length).toBeGreaterThan(0);
  });
});
