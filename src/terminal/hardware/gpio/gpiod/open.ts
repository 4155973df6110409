import { closeSync } from 'node:fs';
import { lineFault, nameOf } from '../fault.ts';
import type { InputWish, Level, LineEvents, Lines, LinesWish, OutputWish } from '../lines.ts';
import { openChips } from './chips.ts';
import { watchEdges } from './edges.ts';
import { bindLibc } from './libc.ts';
import {
  emptyValues,
  fileOf,
  GET_LINE,
  GET_VALUES,
  inputRequest,
  outputConfig,
  outputRequest,
  readValue,
  SET_CONFIG,
} from './uapi.ts';

/** Lines by the character device, /dev/gpiochip*. {@link OpenLines} says the rest. */
export async function openByGpiod(wish: LinesWish, on: LineEvents): Promise<Lines> {
  const libc = bindLibc();
  const chips = await openChips(libc);
  /** A file a line, which the kernel closes, and so gives the line back, after a crash too. */
  const files: number[] = [];
  const request = (one: InputWish | OutputWish, bytes: Buffer): number => {
    try {
      libc.ioctl(chips.fileOf(one), GET_LINE, bytes);
    } catch (error) {
      throw lineFault(nameOf(one), error);
    }
    files.push(fileOf(bytes));
    return fileOf(bytes);
  };
  try {
    const inputs = wish.inputs.map((one) => request(one, inputRequest(one.line.offset, one.pull)));
    const outputs = wish.outputs.map((one) => request(one, outputRequest(one.line.offset, one.first)));
    const edges = await watchEdges(libc, inputs, on);
    const level = (input: number): Level => {
      const values = emptyValues();
      libc.ioctl(inputs[input] ?? -1, GET_VALUES, values);
      return readValue(values);
    };
    const drive = (output: number, to: Level | 'float') =>
      libc.ioctl(outputs[output] ?? -1, SET_CONFIG, outputConfig(to));
    return {
      detail: `${files.length} lines by /dev/gpiochip*`,
      read: (wanted) => wanted.map(level),
      drive,
      release: () => {
        for (const [output, file] of outputs.entries()) {
          try {
            drive(output, 'float');
          } catch {
            // Its chip is gone, and the line with it.
          }
          closeSync(file);
        }
        outputs.length = 0;
        return edges.close();
      },
    };
  } catch (error) {
    for (const file of files) closeSync(file);
    throw error;
  } finally {
    chips.close();
  }
}
