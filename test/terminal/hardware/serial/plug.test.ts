import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSerial } from '../../../../src/terminal/hardware/serial/open.ts';
import { SerialBoard } from '../../../../src/terminal/hardware/wiring.ts';
import { Opened } from '../opened.ts';
import { hasSocat, PtyBoard } from '../pty-board.ts';

describe.skipIf(!hasSocat)('a serial board that is plugged in and out (needs socat)', () => {
  let phone: Opened;
  let byId: string;
  const boards: PtyBoard[] = [];

  beforeEach(() => {
    phone = new Opened();
    byId = join(phone.folder, 'by-id');
    mkdirSync(byId);
  });
  afterEach(async () => {
    await phone.close();
    for (const board of boards.splice(0)) await board.close();
  });

  const plug = async (name: string) => {
    const board = await PtyBoard.open(join(phone.folder, name));
    boards.push(board);
    return board;
  };
  const open = (path: string) =>
    phone.open((log) => openSerial(SerialBoard.parse({ kind: 'serial', path }), log, byId));

  it('comes back in mid-press with its key released and the hook as it is by then', async () => {
    const board = await plug('ttyUSB0');
    await open(board.path);
    await phone.seen({ type: 'hook', hook: 'on' });
    board.lift();
    await phone.seen({ type: 'hook', hook: 'off' });
    for (const hook of ['off', 'on'] as const) {
      board.down('5');
      board.down('#');
      await phone.seen({ type: 'key', key: '5', edge: 'down' }, { type: 'key', key: '#', edge: 'down' });
      await board.unplug();
      await phone.seen({ type: 'board', state: 'fault' });
      phone.allReleased();
      board.moveUnseen(hook);
      phone.events.length = 0;
      await board.plug();
      await phone.seen({ type: 'hook', hook });
      expect(phone.events.map(({ type }) => type)).toEqual(['board', 'hook']);
      phone.events.length = 0;
    }
  });

  it('is found by its lasting name, which comes late and then leads to another ttyUSB', async () => {
    const path = join(byId, 'usb-Tierphone_keypad_0001-if00');
    const first = await plug('ttyUSB0');
    symlinkSync(first.path, path);
    await open(path);
    await phone.seen({ type: 'hook', hook: 'on' });
    await first.unplug();
    rmSync(path);
    await phone.seen({ type: 'board', state: 'fault' });
    phone.events.length = 0;
    // A stranger now has the old number.
    const stranger = await plug('ttyUSB0');
    const second = await plug('ttyUSB1');
    second.moveUnseen('off');
    await phone.logged('No such file');
    symlinkSync(second.path, path);
    await phone.seen({ type: 'hook', hook: 'off' });
    expect(stranger.heard).toEqual([]);
    // Its name is lasting: nothing to be said of it.
    expect(phone.log.join('\n')).not.toContain('another device');
  });

  it('named by a number is called by the lasting name that it also has', async () => {
    const board = await plug('ttyUSB0');
    const other = await plug('ttyUSB1');
    const lasting = join(byId, 'usb-Tierphone_keypad_0001-if00');
    symlinkSync(board.path, lasting);
    symlinkSync(other.path, join(byId, 'usb-Modem_0002-if00'));
    symlinkSync(join(phone.folder, 'gone'), join(byId, 'usb-Gone_0003-if00'));
    await open(board.path);
    await phone.logged(`write "path": "${lasting}" in the board file`);
    await phone.seen({ type: 'hook', hook: 'on' });
  });

  it('named by a number that has no lasting name is used without a word', async () => {
    const board = await plug('ttyACM0');
    await open(board.path);
    await phone.seen({ type: 'hook', hook: 'on' });
    expect(phone.log.join('\n')).not.toContain('another device');
  });

  it('comes and goes eight times, and is told as often', async () => {
    const board = await plug('line');
    await open(board.path);
    await phone.seen({ type: 'hook', hook: 'on' });
    for (let i = 0; i < 8; i++) {
      board.down('7');
      board.moveUnseen(i % 2 === 0 ? 'off' : 'on');
      await board.unplug();
      await phone.seen({ type: 'board', state: 'fault' });
      phone.allReleased();
      phone.events.length = 0;
      await board.plug();
      await phone.seen({ type: 'board', state: 'ok' }, { type: 'hook', hook: i % 2 === 0 ? 'off' : 'on' });
    }
  });
});
