import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasSocat } from '../terminal/hardware/pty-board.ts';
import type { Program } from './program.ts';
import { openWall, type Wall } from './wall.ts';

describe.skipIf(!hasSocat)('the compiled terminal on a serial board (needs socat)', () => {
  let wall: Wall;
  let terminal: Program;
  beforeAll(async () => {
    wall = await openWall();
    await wall.startPlatform();
    terminal = await wall.startTerminal();
    wall.callee.habit = 'accept';
  });
  afterAll(() => wall.close());

  it('makes a call keyed on the board, to the ledger', async () => {
    await wall.until(({ faults }) => faults.length === 0);
    await wall.dial();
    await wall.until(({ phase }) => phase === 'talking');
    wall.board.hangUp();
    await wall.until(({ phase, recordsWaiting }) => phase === 'idle' && recordsWaiting === 0);
    await terminal.until(/record: caller-hung-up/);
  });

  it('ends the call when the board is unplugged, says so, and is well again when it is back', async () => {
    await wall.dial();
    await wall.until(({ phase }) => phase === 'talking');
    await wall.board.unplug();
    const broken = await wall.until(({ faults }) => faults.includes('keypad'));
    expect(['ended', 'idle']).toContain(broken.phase);
    await terminal.until(/record: hardware-fault/);
    await wall.board.plug();
    await wall.until(({ faults }) => faults.length === 0);
    wall.board.hangUp();
    await wall.until(({ phase }) => phase === 'idle');
    await wall.dial();
    await wall.until(({ phase }) => phase === 'talking');
    wall.board.hangUp();
    await wall.until(({ phase, recordsWaiting }) => phase === 'idle' && recordsWaiting === 0);
  });

  it('never writes a PIN to its log', () => {
    expect(terminal.lines.join('\n')).not.toContain('10014821');
  });

  it('does not say at its start that a board is well which it has not heard', async () => {
    await terminal.stop();
    wall.forget();
    wall.board.hang();
    terminal = await wall.startTerminal();
    const first = await wall.until(() => true);
    expect(first.faults).toContain('keypad');
    expect(first.lockdown.state).toBe('open');
    wall.board.resume();
    await wall.until(({ faults }) => faults.length === 0);
  });
});
