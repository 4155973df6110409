import { NARROW_FRAME } from '../../audio/frame.ts';
import { DIGITS, type DigitEvent } from './digits.ts';

/** Ticks of sounding: 100 ms. */
const SOUNDING = 5;
/** The end is sent this often in all (RFC 4733 section 2.5.1.4). */
const ENDS = 3;
/** Ticks of sound between two presses, so that any receiver tells them apart: 60 ms. */
const PAUSE = 3;
/** More presses than this ahead of the line are lost: nobody keys so fast. */
const WAITING = 32;

/** What to send this tick: an event, and whether it is the first of its press. */
export interface DigitTurn {
  event: DigitEvent;
  first: boolean;
  /** The press is over and only its end is said again: the sound of this tick goes too, so that no speech is lost to it. */
  withSound: boolean;
}

/** Turns presses into events, a packet a tick: RFC 4733 events of 100 ms in place of sound, the end sent three times. */
export class DigitSender {
  #waiting: number[] = [];
  #code: number | null = null;
  #age = 0;
  #pause = 0;

  /** False where `digit` is no key of a phone, or too many wait. */
  press(digit: string): boolean {
    const code = digit.length === 1 ? DIGITS.indexOf(digit) : -1;
    if (code < 0 || this.#waiting.length >= WAITING) return false;
    this.#waiting.push(code);
    return true;
  }

  /** Called once a tick; null where it is the turn of sound. */
  turn(): DigitTurn | null {
    if (this.#code === null) {
      if (this.#pause > 0) this.#pause -= 1;
      if (this.#pause > 0) return null;
      this.#code = this.#waiting.shift() ?? null;
      if (this.#code === null) return null;
      this.#age = 0;
    }
    const age = this.#age;
    const code = this.#code;
    const duration = Math.min(age + 1, SOUNDING) * NARROW_FRAME;
    this.#age += 1;
    if (this.#age === SOUNDING + ENDS - 1) {
      this.#code = null;
      this.#pause = PAUSE + 1;
    }
    return { event: { code, end: age + 1 >= SOUNDING, duration }, first: age === 0, withSound: age >= SOUNDING };
  }
}
