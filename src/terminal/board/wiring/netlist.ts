import type { BoardFile } from '../file.ts';
import { ARDUINO, type ComputerFacts, factsOf } from '../header.ts';
import type { KeypadBoard } from '../pins.ts';
import { BLACK, CABLE, RED, SIGNALS } from './colours.ts';
import { devicesOf } from './devices.ts';
import { keypadBoardDevices } from './keypad-board.ts';
import { Sockets } from './sockets.ts';
import type { Device, Netlist, Wire } from './wire.ts';

/**
 * The wires of a board: every GPIO line of the file is the end of exactly one. Ground and supply go
 * to the nearest pin that is free; where all are taken, two share one.
 * @param pins of a serial keypad board: then it is the board's own pins that things are wired to
 */
export function netlistOf(board: BoardFile, pins: KeypadBoard | null = null): Netlist {
  return pins
    ? wired(board, ARDUINO, keypadBoardDevices(board, pins))
    : wired(board, factsOf(board.computer), devicesOf(board));
}

function wired(board: BoardFile, computer: ComputerFacts | null, devices: readonly Device[]): Netlist {
  const ends = devices.flatMap((device) => device.terminals.map((terminal) => ({ device, terminal })));
  const sockets = new Sockets(computer);
  // Lines first, whose pins are given: ground is then looked for beside them.
  const lines = ends.filter(({ terminal: { goal } }) => goal.to === 'line' || goal.to === 'uart');
  // Then what is common, from the top of the header down.
  const common = ends.filter(({ terminal: { goal } }) => goal.to !== 'line' && goal.to !== 'uart');
  common.sort((a, b) => sockets.near(a.device) - sockets.near(b.device));
  const places = new Map(
    [...lines, ...common].map((end) => [end.terminal, sockets.give(end.device, end.terminal.goal)]),
  );
  let signals = 0;
  const wires = ends.flatMap(({ device, terminal }): Wire[] => {
    const { goal, name } = terminal;
    const socket = places.get(terminal);
    if (!socket) return [];
    const signal = goal.to === 'line' || goal.to === 'uart';
    const colour = signal ? (SIGNALS[signals++ % SIGNALS.length] ?? CABLE) : COLOURS[goal.to];
    const what = name === 'signal' ? device.title : `${device.title} ${name}`;
    return [{ what, device, terminal, socket, colour }];
  });
  const card = board.audio.kind === 'alsa' && board.soundCard === 'i2s' && computer?.header === true;
  return { computer, header: card || wires.some(({ socket }) => socket.pin !== null), devices, wires };
}

const COLOURS = { ground: BLACK, '3V3': RED, '5V': RED, usb: CABLE } as const;
