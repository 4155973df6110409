import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BoardFile } from '../../../../src/terminal/board/file.ts';
import { openHardware } from '../../../../src/terminal/hardware/open.ts';
import type { Hardware, HardwareEvent } from '../../../../src/terminal/hardware/port.ts';
import { hasSocat, PtyBoard } from '../pty-board.ts';

const LIMIT = { timeout: 30_000, interval: 10 };

describe.skipIf(!hasSocat)('a serial keypad board (needs socat)', () => {
  let folder: string;
  let path: string;
  let board: PtyBoard;
  let hardware: Hardware;
  let events: HardwareEvent[];
  let log: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tierphone-board-'));
    path = join(folder, 'line');
    log = [];
  });
  afterEach(async () => {
    await hardware.close();
    await board.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(wiring: object = {}) {
    const file = BoardFile.parse({
      name: 'pty',
      hardware: { kind: 'serial', path, ...wiring },
      audio: { kind: 'none' },
    });
    const sink = new Writable({
      write(line: Buffer, _encoding, done) {
        log.push(JSON.parse(line.toString()).msg);
        done();
      },
    });
    hardware = await openHardware(file.hardware, pino({ level: 'info' }, sink));
    events = [];
    hardware.events.subscribe((event) => events.push(event));
  }
  const plugged = async (wiring: object = {}) => {
    board = await PtyBoard.open(path);
    await start(wiring);
    await seen({ type: 'hook', hook: 'on' });
  };
  const seen = (...wanted: object[]) =>
    vi.waitFor(
      () => expect(events).toEqual(expect.arrayContaining(wanted.map((each) => expect.objectContaining(each)))),
      LIMIT,
    );
  const of = (type: HardwareEvent['type']) => events.filter((event) => event.type === type);

  it('tells the hook at start and everything a hand does', async () => {
    await plugged();
    expect(events.slice(0, 2)).toEqual([
      { type: 'board', state: 'ok', detail: `${path}, firmware pty-1.0` },
      { type: 'hook', hook: 'on' },
    ]);
    expect(board.heard).toContainEqual({ type: 'hello' });
    events.length = 0;
    board.lift();
    await board.type('12055#*');
    board.volume('up');
    board.tamper(true);
    board.hangUp();
    await seen({ type: 'hook', hook: 'on' });
    const presses = of('key').flatMap((event) => (event.type === 'key' && event.edge === 'down' ? [event.key] : []));
    expect(presses.join('')).toBe('12055#*');
    expect(of('key')).toHaveLength(14);
    expect(of('volume')).toEqual([{ type: 'volume', direction: 'up' }]);
    expect(of('tamper')).toEqual([{ type: 'tamper', open: true }]);
    expect(of('hook').map((event) => event.type === 'hook' && event.hook)).toEqual(['off', 'on']);
    hardware.led('line', 'blink');
    await vi.waitFor(() => expect(board.heard).toContainEqual({ type: 'led', led: 'line', state: 'blink' }), LIMIT);
    expect(board.bad).toBe(0);
  });

  it('takes bounces of the hook for one lift, and reads a reversed switch', async () => {
    board = await PtyBoard.open(path);
    await start({ hook: { polarity: 'reversed', debounce: '200ms' } });
    await seen({ type: 'hook', hook: 'off' });
    for (let i = 0; i < 4; i++) {
      board.lift();
      board.hangUp();
    }
    board.lift();
    await seen({ type: 'hook', hook: 'on' });
    expect(of('hook')).toHaveLength(2);
  });

  it('repairs an edge lost on the line by the next beat', async () => {
    await plugged();
    board.moveUnseen('off');
    await seen({ type: 'hook', hook: 'off' });
    expect(of('board')).toHaveLength(1);
  });

  it('faults at once when unplugged, and comes back by itself with hook and lamps told anew', async () => {
    await plugged();
    hardware.led('fault', 'on');
    board.lift();
    board.down('5');
    await seen({ type: 'hook', hook: 'off' }, { type: 'key', key: '5', edge: 'down' });
    events.length = 0;
    await board.unplug();
    await seen({ type: 'board', state: 'fault' });
    // The key cannot stay down on a board that is gone.
    expect(events[0]).toEqual({ type: 'key', key: '5', edge: 'up' });
    await vi.waitFor(() => expect(log.filter((line) => line.includes('No such file'))).toHaveLength(1), LIMIT);
    events.length = 0;
    board.heard.length = 0;
    await board.plug();
    await seen({ type: 'hook', hook: 'off' });
    expect(events.map((event) => event.type)).toEqual(['board', 'hook']);
    await vi.waitFor(() => expect(board.heard).toContainEqual({ type: 'led', led: 'fault', state: 'on' }), LIMIT);
  });

  it('that is missing at start is one fault and one line that says what to do, and is found when it comes', async () => {
    await start();
    await seen({ type: 'board', state: 'fault' });
    board = await PtyBoard.open(path);
    await seen({ type: 'board', state: 'ok' }, { type: 'hook', hook: 'on' });
    expect(of('board')).toHaveLength(2);
    expect(log.filter((line) => line.includes('correct "path" in the board file'))).toHaveLength(1);
  });

  it('faults after three silent seconds, trusts nothing without a beat, and recovers with the first one', async () => {
    await plugged();
    board.hang();
    await seen({ type: 'board', state: 'fault', detail: `${path}: no beat for 3 s` });
    events.length = 0;
    board.lift();
    board.press('1');
    board.resume();
    await seen({ type: 'hook', hook: 'off' });
    expect(events.map((event) => event.type)).toEqual(['board', 'hook']);
  });

  it('survives noise of any kind, tells of it once a second at most, and never quotes it', async () => {
    await plugged();
    for (let i = 0; i < 300; i++) board.noise(Buffer.from(`$KEY,${i % 10},DOWN*00\r\n`));
    board.noise(Uint8Array.from({ length: 5_000 }, (_, i) => (i * 197 + 31) % 256));
    board.lift();
    await seen({ type: 'hook', hook: 'off' }, { type: 'malformed' });
    expect(of('key')).toEqual([]);
    expect(of('malformed').length).toBeLessThan(5);
    expect(JSON.stringify(of('malformed'))).not.toContain('KEY');
  });

  it('makes good a lost release and lets go of a stuck key', async () => {
    await plugged({ keys: { stuck: '300ms' } });
    board.down('7');
    board.press('7');
    board.down('8');
    await seen({ type: 'key', key: '8', edge: 'up' });
    expect(of('key').map((event) => event.type === 'key' && event.key + event.edge)).toEqual([
      '7down',
      '7up',
      '7down',
      '7up',
      '8down',
      '8up',
    ]);
    expect(log.filter((line) => line.includes('held too long'))).toHaveLength(1);
  });

  it('sets its lamps again when it restarts by itself', async () => {
    await plugged();
    hardware.led('line', 'on');
    await vi.waitFor(() => expect(board.heard).toContainEqual({ type: 'led', led: 'line', state: 'on' }), LIMIT);
    board.beat();
    board.heard.length = 0;
    board.restart();
    await vi.waitFor(() => expect(board.heard).toContainEqual({ type: 'led', led: 'line', state: 'on' }), LIMIT);
    expect(of('board')).toHaveLength(1);
  });

  it('has its port opened anew when it stays silent for ten seconds', async () => {
    await plugged();
    board.hang();
    board.heard.length = 0;
    await vi.waitFor(() => expect(board.heard).toContainEqual({ type: 'hello' }), LIMIT);
    await seen({ type: 'hook', hook: 'on' });
    expect(of('board').map((event) => event.type === 'board' && event.state)).toEqual(['ok', 'fault', 'ok']);
  });
});
