import { openByGpiod } from '../../../src/terminal/hardware/gpio/gpiod/open.ts';
import { planOf } from '../../../src/terminal/hardware/gpio/plan.ts';
import { openByOnoff } from '../../../src/terminal/hardware/gpio/sysfs/open.ts';
import type { GpioBoard } from '../../../src/terminal/hardware/wiring.ts';
import type { Finding } from './figures.ts';
import { nowMs } from './wall.ts';

const TIMES = 500;

/** How long one line takes to read and to drive. */
export async function speed(board: GpioBoard): Promise<Finding> {
  const { wish, matrix } = planOf(board);
  const open = board.driver === 'onoff' ? openByOnoff : openByGpiod;
  const lines = await open(wish, { edge: () => undefined, lost: () => undefined });
  const timed = (what: () => void): number => {
    const began = nowMs();
    for (let n = 0; n < TIMES; n++) what();
    return Math.round(((nowMs() - began) / TIMES) * 1_000);
  };
  const [column = 0] = matrix.columns;
  const row = matrix.rows.slice(0, 1);
  const drive = () => {
    lines.drive(column, 'float');
    lines.drive(column, 'low');
  };
  const read = () => lines.read(row);
  // Once for the compiler, once for us.
  timed(drive);
  timed(read);
  const figures = { readUs: timed(read), driveUs: timed(drive) / 2 };
  await lines.release();
  return { wrong: [], figures };
}
