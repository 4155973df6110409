import type { SrtpKeys } from '../port.ts';
import { type Opened, SrtpReceiver, SrtpSender } from './srtp.ts';

/** Packets under the far end's earlier key are still taken for this long, ms, or for LATE after the first under the new one. */
const OVERLAP = 10_000;
const LATE = 1_000;

/** The SRTP of one call, over every change of its keys. */
export class SrtpContext {
  #keys: SrtpKeys;
  #sender: SrtpSender;
  #receiver: SrtpReceiver;
  #earlier: { receiver: SrtpReceiver; until: number } | null = null;

  /** Throws where a key is not as long as its suite wants. */
  constructor(keys: SrtpKeys) {
    this.#keys = keys;
    this.#sender = new SrtpSender({ suite: keys.suite, master: keys.send });
    this.#receiver = new SrtpReceiver({ suite: keys.suite, master: keys.receive });
  }

  /**
   * Changes to `keys`; nothing where they are the same. True where we must take another SSRC: far ends do not agree whether a new
   * key keeps the rollover counter (RFC 3711 section 3.3.1) or begins at 0, and with a new source it is 0 for all.
   */
  rekey(keys: SrtpKeys, now: number): boolean {
    const { suite } = keys;
    const sends = suite !== this.#keys.suite || !equal(keys.send, this.#keys.send);
    const receives = suite !== this.#keys.suite || !equal(keys.receive, this.#keys.receive);
    const sender = sends ? new SrtpSender({ suite, master: keys.send }) : this.#sender;
    if (receives) {
      const receiver = new SrtpReceiver({ suite, master: keys.receive }, this.#receiver);
      this.#earlier = { receiver: this.#receiver, until: now + OVERLAP };
      this.#receiver = receiver;
    }
    const rolled = sends && this.#sender.rollover > 0;
    this.#sender = sender;
    this.#keys = keys;
    return rolled;
  }

  /** See SrtpSender. */
  protect(packet: Buffer, length: number): number {
    return this.#sender.protect(packet, length);
  }

  /** See SrtpSender. */
  protectRtcp(packet: Buffer, length: number): number {
    return this.#sender.protectRtcp(packet, length);
  }

  /** See SrtpReceiver. `now` in ms. */
  open(data: Buffer, now: number): Opened {
    return this.#either((receiver) => receiver.open(data), now);
  }

  /** See SrtpReceiver. `now` in ms. */
  openRtcp(data: Buffer, now: number): Opened {
    return this.#either((receiver) => receiver.openRtcp(data), now);
  }

  #either(open: (receiver: SrtpReceiver) => Opened, now: number): Opened {
    const opened = open(this.#receiver);
    if (!this.#earlier) return opened;
    if (now > this.#earlier.until) {
      this.#earlier = null;
      return opened;
    }
    if (opened === 'unauthentic') return open(this.#earlier.receiver);
    this.#earlier.until = Math.min(this.#earlier.until, now + LATE);
    return opened;
  }
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
