import { DIGITS, parseDigit } from './digits.ts';
import { clockAhead, type RtpPacket } from './rtp.ts';

/** Presses remembered, so that a packet that comes late is not taken for a new one. */
const REMEMBERED = 16;

/** The longest an event can be before it goes on in a next segment (RFC 4733 section 2.5.1.3). */
const SEGMENT = 0xffff;

/** Presses of the far end out of RFC 4733 packets: one for each, whatever is lost, doubled or out of order. */
export class DigitReceiver {
  #seen: number[] = [];
  #last: { timestamp: number; code: number; duration: number; end: boolean } | null = null;

  /** The key where this packet is the first of its press, null for any other, 'malformed' for what is no event. */
  receive(packet: RtpPacket): string | null {
    const event = parseDigit(packet.payload);
    if (!event) return 'malformed';
    const { timestamp } = packet;
    if (this.#last?.timestamp === timestamp) {
      this.#last.duration = Math.max(this.#last.duration, event.duration);
      this.#last.end ||= event.end;
      return null;
    }
    if (this.#seen.includes(timestamp)) return null;
    const continues =
      this.#last !== null &&
      !packet.marker &&
      this.#last.code === event.code &&
      !this.#last.end &&
      clockAhead(timestamp, this.#last.timestamp) === SEGMENT;
    this.#seen = [...this.#seen.slice(1 - REMEMBERED), timestamp];
    if (!this.#last || clockAhead(timestamp, this.#last.timestamp) > 0) this.#last = { ...event, timestamp };
    return continues ? null : (DIGITS[event.code] ?? null);
  }

  /** Another source: its clock has nothing to do with the old one's. */
  reset(): void {
    this.#seen = [];
    this.#last = null;
  }
}
