import { createRequire } from 'node:module';
import { getSystemErrorName } from 'node:util';
import { LineFault } from '../fault.ts';

type Call = (...args: (number | Buffer)[]) => number;

/** The three calls of the C library that Node does not offer. Each throws the kernel's error, with its `code`. */
export interface Libc {
  /** `argument` is filled in or taken, as the request says. */
  ioctl(file: number, request: number, argument: Buffer): void;
  /** Blocks this thread until one of the files can be read, or is gone; tells of each which. */
  poll(files: readonly number[]): ('quiet' | 'readable' | 'gone')[];
  /** A file that can be read once 8 bytes of a number have been written to it. */
  eventfd(): number;
}

interface Koffi {
  load(library: null): { func(definition: string): Call };
  errno(): number;
}

const CLOSE_ON_EXEC = 0o2000000;
const POLLFD_BYTES = 8;
const POLLIN = 1;
const EINTR = 4;

/**
 * Binds to the C library of this process.
 * @throws LineFault where the package koffi has no build for this machine
 */
export function bindLibc(): Libc {
  const { func, errno } = load();
  const ioctl = func('int ioctl(int file, unsigned long request, _Inout_ uint8_t *argument)');
  const poll = func('int poll(_Inout_ uint8_t *files, unsigned long count, int timeout)');
  const eventfd = func('int eventfd(unsigned int value, int flags)');
  const fail = (call: string): never => {
    const code = getSystemErrorName(-errno());
    throw Object.assign(new Error(`${call}: ${code}`), { code });
  };
  return {
    ioctl: (file, request, argument) => {
      if (ioctl(file, request, argument) < 0) fail('ioctl');
    },
    poll: (files) => {
      const asked = Buffer.alloc(files.length * POLLFD_BYTES);
      for (const [index, file] of files.entries()) {
        asked.writeInt32LE(file, index * POLLFD_BYTES);
        asked.writeInt16LE(POLLIN, index * POLLFD_BYTES + 4);
      }
      while (poll(asked, files.length, -1) < 0) if (errno() !== EINTR) fail('poll');
      return files.map((_, index) => {
        const found = asked.readInt16LE(index * POLLFD_BYTES + 6);
        if (found === 0) return 'quiet';
        return found === POLLIN ? 'readable' : 'gone';
      });
    },
    eventfd: () => {
      const file = eventfd(0, CLOSE_ON_EXEC);
      return file < 0 ? fail('eventfd') : file;
    },
  };
}

function load(): { func: (definition: string) => Call; errno: () => number } {
  try {
    const require = createRequire(import.meta.url);
    const koffi = require('koffi') as Koffi;
    const library = koffi.load(null);
    return { func: (definition) => library.func(definition), errno: () => koffi.errno() };
  } catch (error) {
    throw new LineFault(
      'the package koffi is not there for this machine: `npm install koffi`, or set "driver": "onoff" in the board file',
      { cause: error },
    );
  }
}
