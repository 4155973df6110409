import type { Telephony } from '../telephony/port.ts';

/** By then status and record of a lift are out, on a busy phone too. */
const QUIETLY = 500;

/**
 * The line as the core has it. A tip line's is hung up a little after its sound, which the core cuts, has ended: to hang up is work, and
 * what staff see of that lift must come no later for it than of one in which nobody was called.
 */
export class Line implements Pick<Telephony, 'dial' | 'hangUp'> {
  readonly #telephony: Pick<Telephony, 'dial' | 'hangUp'>;
  #hidden: string | null = null;
  #later: NodeJS.Timeout | null = null;

  constructor(telephony: Pick<Telephony, 'dial' | 'hangUp'>) {
    this.#telephony = telephony;
  }

  dial(...[call, number, options]: Parameters<Telephony['dial']>): void {
    this.close();
    this.#hidden = options.hidden ? call : null;
    this.#telephony.dial(call, number, options);
  }

  hangUp(call: string): void {
    if (call !== this.#hidden) this.#telephony.hangUp(call);
    else this.#later ??= setTimeout(() => this.close(), QUIETLY);
  }

  /** What was to be hung up is, at once. */
  close(): void {
    if (this.#later === null || this.#hidden === null) return;
    clearTimeout(this.#later);
    this.#later = null;
    this.#telephony.hangUp(this.#hidden);
  }
}
