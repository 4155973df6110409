import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { KEYS, type Key } from '../../../src/protocol/units.ts';
import { openSerial } from '../../../src/terminal/hardware/serial/open.ts';
import { SerialBoard } from '../../../src/terminal/hardware/wiring.ts';
import { Random } from '../../terminal/call/random.ts';
import { noisy } from '../../terminal/hardware/noise.ts';
import { LIMIT, Opened } from '../../terminal/hardware/opened.ts';
import { hasSocat } from '../../terminal/hardware/pty-board.ts';
import { contact, hasCompiler, Play, Playing } from './play.ts';

describe.skipIf(!hasCompiler || !hasSocat)('the firmware and the serial driver (needs g++ and socat)', () => {
  let play: Play;
  let phone: Opened;
  let board: Playing;
  beforeAll(() => {
    play = new Play();
  });
  afterAll(() => play?.close());
  beforeEach(() => {
    phone = new Opened();
  });
  afterEach(async () => {
    await phone.close();
    await board.close();
  });

  const start = async (speed = 1) => {
    board = new Playing(play, join(phone.folder, 'line'), speed);
    await board.plug();
    await phone.open((log) => openSerial(SerialBoard.parse({ kind: 'serial', path: board.path }), log));
    await phone.seen({ type: 'board', state: 'ok', firmware: 'tierphone-2.0' }, { type: 'hook', hook: 'on' });
  };
  const tap = (key: Key) => [contact(key, true), 'run 25', contact(key, false), 'run 25'];

  it('understand each other', async () => {
    await start();
    board.do('hook 1', 'run 100', ...KEYS.flatMap(tap), 'up 1', 'run 30', 'up 0', 'tamper 1', 'run 150', 'hook 0');
    await phone.seen({ type: 'hook', hook: 'off' }, { type: 'tamper', open: true });
    await vi.waitFor(() => expect(phone.of('hook').at(-1)).toEqual({ type: 'hook', hook: 'on' }), LIMIT);
    expect(phone.pressed()).toBe(KEYS.join(''));
    expect(phone.of('volume')).toEqual([{ type: 'volume', direction: 'up' }]);
    phone.allReleased();
    expect(phone.events.filter(({ type }) => type === 'malformed')).toEqual([]);
  });

  it('come back to each other when the cable was out, with key, hook and housing as they are', async () => {
    await start();
    board.do('hook 1', 'run 50', contact('5', true));
    await phone.seen({ type: 'key', key: '5', edge: 'down' });
    await board.unplug();
    await phone.seen({ type: 'board', state: 'fault' });
    phone.allReleased();
    phone.events.length = 0;
    board.do(contact('5', false), 'run 30', ...tap('6'), 'hook 0', 'tamper 1', 'run 200');
    await board.plug();
    await phone.seen({ type: 'board', state: 'ok' }, { type: 'hook', hook: 'on' }, { type: 'tamper', open: true });
    board.do(...tap('7'));
    await phone.seen({ type: 'key', key: '7', edge: 'up' });
    expect(phone.pressed()).toBe('7');
  });

  it('come back to each other when the board was reset by its watchdog', async () => {
    await start();
    board.do('hook 1', 'run 50', contact('5', true));
    await phone.seen({ type: 'hook', hook: 'off' }, { type: 'key', key: '5', edge: 'down' });
    board.freeze(true);
    await phone.seen({ type: 'board', state: 'fault', detail: `${board.path}: no beat for 3 s` });
    phone.events.length = 0;
    board.do('reset', contact('5', false), 'run 30', ...tap('8'));
    board.freeze(false);
    await phone.seen({ type: 'board', state: 'ok' }, { type: 'hook', hook: 'off' });
    board.do(...tap('9'));
    await phone.seen({ type: 'key', key: '9', edge: 'up' });
    expect(phone.pressed().endsWith('9')).toBe(true);
    phone.allReleased();
  });

  it('lose no key, double none and tell no wrong one while 1% of bytes are hit, either way', async () => {
    await start(20);
    const random = new Random(8);
    board.line = (bytes) => noisy(bytes, 0.01, random);
    let pressed = '';
    for (let round = 0; round < 60; round++) {
      const hook = round % 2 === 0 ? 'off' : 'on';
      const keys = Array.from({ length: 16 }, () => KEYS[random.below(KEYS.length)] ?? '0');
      pressed += keys.join('');
      board.do(...keys.flatMap(tap));
      await vi.waitFor(() => expect(phone.pressed()).toBe(pressed), LIMIT);
      board.do(`hook ${hook === 'off' ? 1 : 0}`, 'run 30');
      await vi.waitFor(() => expect(phone.of('hook').at(-1)?.hook).toBe(hook), LIMIT);
    }
    await vi.waitFor(() => phone.allReleased(), LIMIT);
    expect(phone.of('hook')).toHaveLength(61);
    expect(phone.of('board')).toHaveLength(1);
    expect(phone.of('volume')).toEqual([]);
    expect(phone.of('tamper')).toEqual([]);
    expect(phone.of('malformed').length).toBeGreaterThan(0);
    expect(
      phone
        .of('malformed')
        .map(({ detail }) => detail)
        .join(),
    ).not.toContain('not said again');
  });
});
