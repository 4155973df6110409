import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { GpioBoard } from '../../../src/terminal/hardware/wiring.ts';
import type { Finding } from './figures.ts';
import { openPhone, Phone } from './phone.ts';
import { nowMs, type Wall } from './wall.ts';

/** A process of its own that opens the lines, says so, and lives until it is told to exit or killed. */
async function other(driver: GpioBoard['driver'], program: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...program, '--hold', driver], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    child.stdout?.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`the other process left with ${code}`)));
  });
  return child;
}

const gone = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once('exit', () => resolve()));

/** Lines that are exported under /sys/class/gpio. */
const exported = (): number =>
  existsSync('/sys/class/gpio') ? readdirSync('/sys/class/gpio').filter((name) => /^gpio\d/.test(name)).length : 0;

/** Processes that end in every way: the lines must be free after each, or be taken over. */
export async function lives(board: GpioBoard, wall: Wall, program: readonly string[]): Promise<Finding> {
  const wrong: string[] = [];
  const figures: Record<string, number | string> = {};
  const must = (so: boolean, what: string) => {
    if (!so) wrong.push(what);
  };
  const floating = async () => (await wall.order('lines')).includes('columns=float,float,float');

  const first = await openPhone(board);
  must(!(await floating()), 'the columns are not driven while the keypad is idle');
  await first.hardware.close();
  must(exported() === 0, 'lines are exported after close');
  must(await floating(), 'columns are driven after close');

  const leaving = await other(board.driver, program);
  leaving.stdin?.end();
  await gone(leaving);
  must(exported() === 0, 'lines are exported after the process has exited');
  must(await floating(), 'columns are driven after the process has exited');

  const killed = await other(board.driver, program);
  killed.kill('SIGKILL');
  await gone(killed);
  figures.exportedAfterKill = exported();
  const began = nowMs();
  const next = await openPhone(board);
  figures.takenOverInMs = Math.round(nowMs() - began);
  await wall.order('press 6');
  await next.until((event) => event.type === 'key' && event.key === '6');
  await wall.order('release 6');
  await next.until((event) => event.type === 'key' && event.edge === 'up');
  await next.hardware.alive?.();
  await next.hardware.close();

  const taker = await other(board.driver === 'onoff' ? 'gpiod' : 'onoff', program);
  const refused = new Phone(board);
  await refused.until((event) => event.type === 'board' && event.state === 'fault');
  figures.fault = refused.said[0] ?? '';
  must(/another program/.test(refused.said[0] ?? ''), `a line that is taken was told as: ${refused.said[0]}`);
  taker.stdin?.end();
  await gone(taker);
  await refused.until((event) => event.type === 'board' && event.state === 'ok');
  await refused.hardware.close();
  await pause(50);
  wall.take();
  return { wrong, figures };
}
