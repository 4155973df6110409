import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOlder } from '../../../../src/terminal/hardware/serial/firmware.ts';
import { openSerial } from '../../../../src/terminal/hardware/serial/open.ts';
import { SerialBoard } from '../../../../src/terminal/hardware/wiring.ts';
import { Opened } from '../opened.ts';
import { hasSocat, PtyBoard } from '../pty-board.ts';

describe('a firmware', () => {
  it.each([
    ['tierphone-1.9', 'tierphone-2.0', true],
    ['tierphone-2', 'tierphone-2.0.1', true],
    ['tierphone-2.10', 'tierphone-2.9', false],
    ['tierphone-2.0-rc1', 'tierphone-2.0', false],
    ['acme-1.0', 'tierphone-2.0', false],
    ['17', 'tierphone-2.0', false],
  ])('%s against %s: older %s', (firmware, wanted, older) => {
    expect(isOlder(firmware, wanted)).toBe(older);
  });
});

describe.skipIf(!hasSocat)('the firmware of a serial board (needs socat)', () => {
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

  it('is told with the board, named where it is too old, and told anew after a flash', async () => {
    const wiring = SerialBoard.parse({ kind: 'serial', path: board.path, firmware: 'pty-1.2' });
    await phone.open((log) => openSerial(wiring, log));
    await phone.seen({ type: 'board', state: 'ok', firmware: 'pty-1.0' });
    expect(phone.of('board')[0]?.detail).toContain('firmware pty-1.0, older than the pty-1.2 that this phone needs');
    await phone.logged("the keypad board's firmware is older than pty-1.2");
    await board.unplug();
    await phone.seen({ type: 'board', state: 'fault' });
    board.firmware = 'pty-1.10';
    await board.plug();
    await phone.seen({
      type: 'board',
      state: 'ok',
      firmware: 'pty-1.10',
      detail: `${board.path}, firmware pty-1.10`,
    });
  });

  it('that cannot number its lines is asked a few times, and then left in peace', async () => {
    await phone.open((log) => openSerial(SerialBoard.parse({ kind: 'serial', path: board.path }), log));
    await phone.seen({ type: 'board', state: 'ok' });
    board.resume(20);
    await phone.logged('cannot say again');
    const asked = () => board.heard.filter(({ type }) => type === 'number').length;
    expect(asked()).toBeLessThanOrEqual(6);
  });
});
