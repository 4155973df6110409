import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { hasSocat } from '../terminal/hardware/pty-board.ts';
import { verdict } from './ledger.ts';
import type { Program } from './program.ts';
import { openWall, type Wall } from './wall.ts';

/** Throws in the one worker thread of a process whose inspector is open, as a fault of ours would. */
async function throwInWorker(inspector: string): Promise<void> {
  const socket = new WebSocket(inspector);
  await once(socket, 'open');
  const say = (id: number, method: string, params: object) => JSON.stringify({ id, method, params });
  let tell: (worker: string) => void = () => {};
  const worker = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const sent = new Promise<void>((resolve) => {
    socket.on('message', (text) => {
      const { id, method, params } = JSON.parse(text.toString());
      if (method === 'NodeWorker.attachedToWorker') tell(params.sessionId);
      if (id === 2) resolve();
    });
  });
  socket.send(say(1, 'NodeWorker.enable', { waitForDebuggerOnStart: false }));
  const expression = "setImmediate(() => { throw new Error('a fault of ours') })";
  const message = say(1, 'Runtime.evaluate', { expression });
  socket.send(say(2, 'NodeWorker.sendMessageToWorker', { sessionId: await worker, message }));
  await sent;
  // A process waits at its end for a debugger to leave.
  socket.close();
}

describe.skipIf(!hasSocat)('the media thread of a compiled terminal dies in mid-call (needs socat)', () => {
  let wall: Wall;
  let platform: Program;
  let terminal: Program;
  beforeAll(async () => {
    wall = await openWall();
    platform = await wall.startPlatform();
    vi.stubEnv('NODE_OPTIONS', '--inspect=127.0.0.1:0');
    terminal = await wall.startTerminal();
    vi.unstubAllEnvs();
    wall.callee.habit = 'accept';
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => wall.close());

  it('it ends with exit code 1 and one fatal line, and started again it is well and the call has its record', async () => {
    await wall.until(({ faults }) => faults.length === 0);
    await wall.dial();
    await wall.until(({ phase }) => phase === 'talking');
    const line = await terminal.until(/Debugger listening on ws:/);
    await throwInWorker(line.replace('Debugger listening on ', ''));
    expect(await terminal.ended()).toBe(1);
    const fatal = terminal.lines.filter((text) => text.includes(' fatal '));
    expect(fatal).toHaveLength(1);
    expect(fatal[0]).toMatch(/the media thread died: a fault of ours.*ends, to be started again/);
    await terminal.until(/record: hardware-fault/);

    wall.forget();
    wall.board.hangUp();
    await wall.startTerminal();
    await wall.until(
      ({ phase, faults, recordsWaiting }) => phase === 'idle' && faults.length === 0 && recordsWaiting === 0,
    );
    await wall.dial();
    const { call } = await wall.until(({ phase }) => phase === 'talking');
    wall.board.hangUp();
    await platform.until(new RegExp(`record stored.*${call}`));
    expect(await verdict(wall)).toEqual({ missing: [], twice: [], held: 0, postings: 0, wrongBalances: [] });
  });
});
