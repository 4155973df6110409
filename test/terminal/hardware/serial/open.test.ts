import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openHardware } from '../../../../src/terminal/hardware/open.ts';
import { HardwareWiring } from '../../../../src/terminal/hardware/wiring.ts';
import { LIMIT, Opened } from '../opened.ts';
import { hasSocat, PtyBoard } from '../pty-board.ts';

describe.skipIf(!hasSocat)('a serial keypad board (needs socat)', () => {
  let path: string;
  let board: PtyBoard;
  let phone: Opened;

  beforeEach(() => {
    phone = new Opened();
    path = join(phone.folder, 'line');
  });
  afterEach(async () => {
    await phone.close();
    await board.close();
  });

  const start = (wiring: object = {}) =>
    phone.open((log) => openHardware(HardwareWiring.parse({ kind: 'serial', path, ...wiring }), log));
  const plugged = async (wiring: object = {}) => {
    board = await PtyBoard.open(path);
    await start(wiring);
    await phone.seen({ type: 'hook', hook: 'on' });
  };

  it('tells the hook at start and everything a hand does', async () => {
    await plugged();
    expect(phone.events.slice(0, 2)).toEqual([
      { type: 'board', state: 'ok', detail: `${path}, firmware pty-1.0`, firmware: 'pty-1.0' },
      { type: 'hook', hook: 'on' },
    ]);
    expect(board.heard).toContainEqual({ type: 'hello' });
    phone.events.length = 0;
    board.lift();
    await board.type('12055#*');
    board.volume('up');
    board.tamper(true);
    board.hangUp();
    await phone.seen({ type: 'hook', hook: 'on' });
    expect(phone.pressed()).toBe('12055#*');
    expect(phone.of('key')).toHaveLength(14);
    expect(phone.of('volume')).toEqual([{ type: 'volume', direction: 'up' }]);
    expect(phone.of('tamper')).toEqual([{ type: 'tamper', open: true }]);
    expect(phone.of('hook').map(({ hook }) => hook)).toEqual(['off', 'on']);
    phone.hardware.led('line', 'blink');
    await vi.waitFor(() => expect(board.heard).toContainEqual({ type: 'led', led: 'line', state: 'blink' }), LIMIT);
    expect(board.bad).toBe(0);
  });

  it('with one volume button steps round', async () => {
    await plugged({ volumeButtons: 1 });
    board.volume('up');
    await phone.seen({ type: 'volume', direction: 'next' });
  });

  it('takes bounces of the hook for one lift, and reads a reversed switch', async () => {
    board = await PtyBoard.open(path);
    await start({ hook: { polarity: 'reversed', debounce: '200ms' } });
    await phone.seen({ type: 'hook', hook: 'off' });
    for (let i = 0; i < 4; i++) {
      board.lift();
      board.hangUp();
    }
    board.lift();
    await phone.seen({ type: 'hook', hook: 'on' });
    expect(phone.of('hook')).toHaveLength(2);
  });

  it('repairs an edge lost on the line by the next beat', async () => {
    await plugged();
    board.moveUnseen('off');
    await phone.seen({ type: 'hook', hook: 'off' });
    expect(phone.of('board')).toHaveLength(1);
  });

  it('faults at once when unplugged, and comes back by itself with hook and lamps told anew', async () => {
    await plugged();
    phone.hardware.led('fault', 'on');
    board.lift();
    board.down('5');
    await phone.seen({ type: 'hook', hook: 'off' }, { type: 'key', key: '5', edge: 'down' });
    phone.events.length = 0;
    await board.unplug();
    await phone.seen({ type: 'board', state: 'fault' });
    // The key cannot stay down on a board that is gone.
    expect(phone.events[0]).toEqual({ type: 'key', key: '5', edge: 'up' });
    await vi.waitFor(() => expect(phone.log.filter((line) => line.includes('No such file'))).toHaveLength(1), LIMIT);
    phone.events.length = 0;
    board.heard.length = 0;
    await board.plug();
    await phone.seen({ type: 'hook', hook: 'off' });
    expect(phone.events.map((event) => event.type)).toEqual(['board', 'hook']);
    await vi.waitFor(() => expect(board.heard).toContainEqual({ type: 'led', led: 'fault', state: 'on' }), LIMIT);
  });

  it('that is missing at start is one fault and one line that says what to do, and is found when it comes', async () => {
    await start();
    await phone.seen({ type: 'board', state: 'fault' });
    board = await PtyBoard.open(path);
    await phone.seen({ type: 'board', state: 'ok' }, { type: 'hook', hook: 'on' });
    expect(phone.of('board')).toHaveLength(2);
    expect(phone.log.filter((line) => line.includes('correct "path" in the board file'))).toHaveLength(1);
  });

  it('faults after three silent seconds, trusts nothing without a beat, and recovers with the first one', async () => {
    await plugged();
    board.hang();
    await phone.seen({ type: 'board', state: 'fault', detail: `${path}: no beat for 3 s` });
    phone.events.length = 0;
    board.lift();
    board.press('1');
    board.resume();
    await phone.seen({ type: 'hook', hook: 'off' });
    expect(phone.events.map((event) => event.type)).toEqual(['board', 'hook']);
  });

  it('survives noise of any kind, tells of it once a second at most, and never quotes it', async () => {
    await plugged();
    for (let i = 0; i < 300; i++) board.noise(Buffer.from(`$KEY,${i % 10},DOWN*00\r\n`));
    board.noise(Uint8Array.from({ length: 5_000 }, (_, i) => (i * 197 + 31) % 256));
    board.lift();
    await phone.seen({ type: 'hook', hook: 'off' }, { type: 'malformed' });
    expect(phone.of('key')).toEqual([]);
    expect(phone.of('malformed').length).toBeLessThan(5);
    expect(JSON.stringify(phone.of('malformed'))).not.toContain('KEY');
  });

  it('makes good a lost release and lets go of a stuck key', async () => {
    await plugged({ keys: { stuck: '300ms' } });
    board.down('7');
    board.press('7');
    board.down('8');
    await phone.seen({ type: 'key', key: '8', edge: 'up' });
    expect(phone.of('key').map(({ key, edge }) => key + edge)).toEqual([
      '7down',
      '7up',
      '7down',
      '7up',
      '8down',
      '8up',
    ]);
    expect(phone.log.filter((line) => line.includes('held too long'))).toHaveLength(1);
  });

  it('sets its lamps again when it restarts by itself', async () => {
    await plugged();
    phone.hardware.led('line', 'on');
    await vi.waitFor(() => expect(board.heard).toContainEqual({ type: 'led', led: 'line', state: 'on' }), LIMIT);
    board.beat();
    board.heard.length = 0;
    board.restart();
    await vi.waitFor(() => expect(board.heard).toContainEqual({ type: 'led', led: 'line', state: 'on' }), LIMIT);
    expect(phone.of('board')).toHaveLength(1);
  });

  it('has its port opened anew when it stays silent for ten seconds', async () => {
    await plugged();
    board.hang();
    await vi.waitFor(() => expect(phone.of('board')).toHaveLength(2), LIMIT);
    board.heard.length = 0;
    // Said when a port is opened, and then to a board that beats.
    await vi.waitFor(() => expect(board.heard).toContainEqual({ type: 'number' }), LIMIT);
    board.resume();
    await vi.waitFor(() => expect(phone.of('board')).toHaveLength(3), LIMIT);
    expect(phone.of('board').map(({ state }) => state)).toEqual(['ok', 'fault', 'ok']);
  });
});
