import { MAX_LINE } from './frame.ts';

const LF = 0x0a;
const DOLLAR = 0x24;

/**
 * Cuts bytes into lines. A `$` starts a line whatever came before it, so noise does not take the
 * next good line along. Never holds more than one line: @serialport/parser-readline would keep
 * all that comes until a line feed does, and a board at the wrong speed never sends one.
 */
export class Lines {
  #held: number[] = [];

  /** Lines completed by these bytes, without LF, latin-1. Over-long ones come cut at MAX_LINE, which no check lets pass. */
  push(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    for (const byte of bytes) {
      if (byte === LF || byte === DOLLAR || this.#held.length >= MAX_LINE) {
        if (this.#held.length > 0) lines.push(String.fromCharCode(...this.#held));
        this.#held = [];
      }
      if (byte !== LF) this.#held.push(byte);
    }
    return lines;
  }

  /** Forgets a line begun. */
  reset(): void {
    this.#held = [];
  }
}
