import type { Line } from '../wiring.ts';

/** A line, or all of them, cannot be had. The message is one line: which, why, and what to do. */
export class LineFault extends Error {
  override name = 'LineFault';
}

/** What a person calls a line: `keypad row 2 (pinctrl-bcm2711/17)`. */
export const nameOf = ({ what, line }: { what: string; line: Line }): string => `${what} (${line.chip}/${line.offset})`;

const REMEDIES: Readonly<Record<string, string>> = {
  EBUSY: 'another program or a driver of the kernel has it: `gpioinfo` shows which; stop that, or use another line',
  EACCES: 'not permitted: add the user of this service to the group that owns the GPIO devices, usually `gpio`',
  EPERM: 'not permitted: add the user of this service to the group that owns the GPIO devices, usually `gpio`',
  EINVAL: 'the kernel does not give this line out: see whether it is kept for something else, or use another',
  ENXIO: 'the line gives no edges: use one of a chip with interrupts',
  ENOENT: 'the line gives no edges, or has gone: use one of a chip with interrupts',
  ENODEV: 'the chip is gone: plug it in again',
};

/** The fault that an error of the kernel amounts to. */
export function lineFault(name: string, error: unknown): LineFault {
  if (error instanceof LineFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return new LineFault(`${name}: ${(code && REMEDIES[code]) || message}`, { cause: error });
}
