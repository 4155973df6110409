import type { Logger } from 'pino';
import { Key } from '../../protocol/units.ts';
import { openSimulated, type SimulatedHardware } from '../../terminal/hardware/simulated.ts';
import { startTerminal, type Terminal } from '../../terminal/main.ts';
import type { TerminalSetup } from '../../terminal/setup.ts';
import { FileError } from '../file.ts';
import { keyboard } from '../keyboard.ts';
import { print, screen } from '../print.ts';
import { deskLog } from './log.ts';
import { type Frame, picture } from './picture.ts';
import { type Seen, seeing } from './seen.ts';

/**
 * Starts a phone on a desk: the whole terminal with its real broker and exchange, its hook and keypad on this keyboard. It is told to stop
 * by a signal, as any terminal is; the key for it sends one.
 * @throws FileError where its board has hardware of its own, which a hand must touch
 */
export async function startOnDesk(file: string, setup: TerminalSetup, log: Logger): Promise<Terminal> {
  const { config, board } = setup;
  if (board.hardware.kind !== 'simulated')
    throw new FileError(
      `${file}: board: --bench is for a board with simulated hardware; ${board.name} has ${board.hardware.kind}`,
    );
  const hardware = openSimulated();
  const terminal = await startTerminal(setup, log, { hardware });
  const title = `Terminal ${config.terminal} of ${config.facility} on a desk: ${board.name}`;
  const { isTTY } = process.stdout;
  const show = isTTY ? onScreen({ title, lamps: hardware.lamps, log: logOf(config.data) }) : asLines();
  let seen: Seen | null = null;
  const hand = handAt(hardware);
  const watching = terminal.steps.subscribe((step) => {
    seen = seeing(seen, step);
    show(seen);
  });
  const leave = keyboard(hand);
  return {
    ...terminal,
    async close() {
      leave();
      watching.unsubscribe();
      await terminal.close();
    },
  };
}

const logOf = (data: string) => (process.stderr.isTTY ? deskLog(data) : null);

/** Does to the phone what is pressed on the keyboard. */
function handAt(hardware: SimulatedHardware): (pressed: string) => void {
  let lifted = false;
  return (pressed) => {
    const key = Key.safeParse(pressed);
    if (key.success) return hardware.press(key.data);
    switch (pressed) {
      case 'space':
        lifted = !lifted;
        return lifted ? hardware.lift() : hardware.hangUp();
      case '+':
      case '-':
        return hardware.volume(pressed === '+' ? 'up' : 'down');
      case 'q':
      case 'ctrl-c':
        process.kill(process.pid, 'SIGTERM');
    }
  };
}

type Show = (seen: Seen) => void;

function onScreen(frame: Frame): Show {
  const shown = screen();
  return (seen) => shown.draw(picture(seen, frame, shown.columns));
}

/** A line for each thing that is new: for a pipe, a screen reader. */
function asLines(): Show {
  let last: Seen | null = null;
  return (seen) => {
    if (seen.lockdown !== last?.lockdown) print(`orders: ${seen.lockdown}`);
    if (seen.registration !== last?.registration) print(`exchange: ${seen.registration}`);
    if (seen.phase !== last?.phase) print(`phase: ${seen.phase}`);
    if (seen.keyed !== '' && seen.keyed !== last?.keyed) print(`keyed: ${seen.keyed}`);
    for (const said of newlyHeard(last, seen)) print(`hears: ${said}`);
    last = seen;
  };
}

function newlyHeard(before: Seen | null, { heard, lines }: Seen): readonly string[] {
  const fresh = lines - (before?.lines ?? 0);
  return heard.slice(Math.max(0, heard.length - fresh));
}
