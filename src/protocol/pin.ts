import { Hidden } from './hidden.ts';

/** Digits that identify a caller, or open the bench: revealed for sealing, for the hash that they are found by, and for nothing else. */
export class Pin extends Hidden<'pin', string> {
  constructor(digits = '') {
    super('pin', digits);
  }

  get length(): number {
    return this.reveal().length;
  }

  append(digit: string): Pin {
    return new Pin(this.reveal() + digit);
  }
}
