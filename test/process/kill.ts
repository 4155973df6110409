import { setTimeout as pause } from 'node:timers/promises';
import type { Program } from './program.ts';
import { randomFrom } from './random.ts';
import { openWall, type Wall } from './wall.ts';

/** A call takes about this long from lift to hang-up when nobody is killed, ms. */
const CALL = 6_000;

/** What was done, for the verdict and for people. */
export interface Killed {
  readonly wall: Wall;
  readonly kills: number;
  readonly terminals: number;
}

/**
 * Makes calls on a wall and kills the terminal or the platform with SIGKILL at a random moment of each, then starts it again.
 * Ends with everything up, the handset down and every record confirmed. The wall is left to the caller to inspect and close.
 */
export async function killAtRandom(kills: number, seed: number, progress: (done: number) => void): Promise<Killed> {
  const random = randomFrom(seed);
  const wall = await openWall({ call: { stall: '30s' } });
  let platform: Program = await wall.startPlatform();
  let terminal: Program = await wall.startTerminal();
  let terminals = 0;
  wall.callee.habit = 'accept';
  for (let i = 0; i < kills; i += 1) {
    await wall.until(({ phase, faults }) => phase === 'idle' && !faults.includes('keypad'));
    // The call goes as far as it gets: what it waits for may never come once its terminal is dead.
    const call = wall
      .dial()
      .then(() => wall.until(({ phase }) => phase === 'talking' || phase === 'ended'))
      .then(() => pause(500 + random() * 2_000))
      .catch(() => {});
    await pause(random() * CALL);
    if (random() < 0.5) {
      await terminal.stop('SIGKILL');
      wall.forget();
      await call;
      // Half the time the handset is still off when the terminal comes back: a lift like any other.
      const hungUp = random() < 0.5;
      if (hungUp) wall.board.hangUp();
      terminal = await wall.startTerminal();
      terminals += 1;
      // It is idle until its board tells of the handset: only once that is seen does idle mean that nothing is under way.
      if (!hungUp) await wall.until(({ hook }) => hook === 'off');
    } else {
      await platform.stop('SIGKILL');
      platform = await wall.startPlatform();
    }
    await call;
    wall.board.hangUp();
    progress(i + 1);
  }
  await wall.until(({ phase, recordsWaiting }) => phase === 'idle' && recordsWaiting === 0);
  return { wall, kills, terminals };
}
