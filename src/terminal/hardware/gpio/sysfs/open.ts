import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chipOf } from '../chip.ts';
import { LineFault, lineFault, nameOf } from '../fault.ts';
import type { InputWish, Level, LineEvents, Lines, LinesWish, OutputWish } from '../lines.ts';
import { chips } from './chips.ts';
import { exportLine, writable } from './export.ts';

/** onoff knows no other place. */
const ROOT = '/sys/class/gpio';

/** What we use of onoff; its own types are not there where it could not be built. */
interface Pin {
  readSync(): 0 | 1;
  watch(edge: (error: Error | null | undefined) => void): void;
  setDirection(to: 'in' | 'high' | 'low'): void;
  edge(): string;
  direction(): string;
  unexport(): void;
}
type PinClass = new (number: number, direction: 'in', edge: 'both' | 'none', options: { activeLow: false }) => Pin;

function onoff(): PinClass {
  try {
    const require = createRequire(import.meta.url);
    const { Gpio } = require('onoff') as { Gpio: PinClass };
    return Gpio;
  } catch (error) {
    throw new LineFault(
      'the package onoff is not there, because a C++ compiler was not when it was installed: `apt install g++ make python3` and `npm rebuild onoff epoll`, or set "driver": "gpiod" in the board file, which needs none',
      { cause: error },
    );
  }
}

/** Lines by /sys/class/gpio and the package onoff. {@link OpenLines} says the rest. */
export async function openByOnoff(wish: LinesWish, on: LineEvents): Promise<Lines> {
  const Gpio = onoff();
  const known = await chips(ROOT);
  const exported: number[] = [];
  const opened: Pin[] = [];
  const directions: number[] = [];
  const release = async () => {
    for (const file of directions.splice(0)) closeSync(file);
    for (const pin of opened.splice(0)) {
      quietly(() => pin.setDirection('in'));
      quietly(() => pin.unexport());
    }
    // Those that never became pins. Of the others the kernel says that they are not exported.
    for (const number of exported.splice(0)) quietly(() => writeFileSync(join(ROOT, 'unexport'), String(number)));
  };
  let takenOver = 0;
  const ask = async (one: InputWish | OutputWish): Promise<number> => {
    try {
      const number = chipOf(one, known).base + one.line.offset;
      const how = await exportLine(ROOT, number);
      exported.push(number);
      if (how === 'taken over') {
        takenOver++;
        // An earlier life may have left it as an output with no edge wanted, or inverted.
        quietly(() => writeFileSync(join(ROOT, `gpio${number}`, 'edge'), 'none'));
      }
      return number;
    } catch (error) {
      throw lineFault(nameOf(one), error);
    }
  };
  const open = async (one: InputWish | OutputWish, number: number, edge: 'both' | 'none'): Promise<Pin> => {
    try {
      await writable(ROOT, number, edge);
      const pin = new Gpio(number, 'in', edge, { activeLow: false });
      opened.push(pin);
      // onoff says nothing when a line that was exported before cannot be set up.
      if (pin.direction() !== 'in') throw new LineFault(`${nameOf(one)}: its direction cannot be set`);
      if (edge === 'both' && pin.edge() !== 'both') throw new LineFault(`${nameOf(one)}: it gives no edges`);
      return pin;
    } catch (error) {
      throw lineFault(nameOf(one), error);
    }
  };
  try {
    // All are asked for before the first is waited for: udev, which makes them writable, works on several at a time.
    const numbers: number[] = [];
    for (const one of [...wish.inputs, ...wish.outputs]) numbers.push(await ask(one));
    const outputs = numbers.splice(wish.inputs.length);
    const inputs: Pin[] = [];
    for (const [n, one] of wish.inputs.entries()) inputs.push(await open(one, numbers[n] ?? -1, 'both'));
    for (const [n, one] of wish.outputs.entries()) await open(one, outputs[n] ?? -1, 'none');
    // onoff opens this file anew for each write; a scan of the keypad writes to it eight times.
    for (const number of outputs) {
      directions.push(openSync(join(ROOT, `gpio${number}`, 'direction'), 'w'));
    }
    const drive = (output: number, to: Level | 'float') => {
      writeSync(directions[output] ?? -1, to === 'float' ? 'in' : to, 0);
    };
    for (const [output, { first }] of wish.outputs.entries()) drive(output, first);
    for (const [input, pin] of inputs.entries()) {
      pin.watch((error) => (error ? on.lost(error) : on.edge(input)));
    }
    return {
      detail: `${opened.length} lines by /sys/class/gpio${takenOver ? `, ${takenOver} of them left over and taken over` : ''}`,
      read: (wanted) => wanted.map((input): Level => (inputs[input]?.readSync() === 1 ? 'high' : 'low')),
      drive,
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** For giving back: what fails there is a line already gone. */
function quietly(what: () => void): void {
  try {
    what();
  } catch {}
}
