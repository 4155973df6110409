import { DIGITS, type DigitEvent, parseDigit } from './digits.ts';
import { clockAhead, type RtpPacket } from './rtp.ts';

/** Presses remembered, so that a packet that comes late is not taken for a new one. */
const REMEMBERED = 16;

/** The longest an event can be before it goes on in a next segment (RFC 4733 section 2.5.1.3). */
const SEGMENT = 0xffff;

/** What is known of a press. */
interface Press {
  readonly code: number;
  /** The time it began at, as its earliest packet has it. */
  first: number;
  /** How long it had been by then, as that packet has it. */
  grown: number;
  /** Of its latest packet: those of some far ends move on. */
  timestamp: number;
  duration: number;
  end: boolean;
}

/** Presses of the far end out of RFC 4733 packets: one for each, whatever is lost, doubled or out of order. */
export class DigitReceiver {
  #presses: Press[] = [];

  /** The key where this packet is the first of its press, null for any other, 'malformed' for what is no event. */
  receive(packet: RtpPacket): string | null {
    const event = parseDigit(packet.payload);
    if (!event) return 'malformed';
    const { timestamp } = packet;
    const press = this.#presses.find((one) => isOf(one, packet, event));
    if (press) {
      goOn(press, timestamp, event);
      return null;
    }
    this.#presses = [
      { ...event, first: timestamp, grown: event.duration, timestamp },
      ...this.#presses.slice(0, REMEMBERED - 1),
    ];
    return DIGITS[event.code] ?? null;
  }

  /** Another source: its clock has nothing to do with the old one's. */
  reset(): void {
    this.#presses = [];
  }
}

/**
 * A packet of the press: of its time; or, without the marker of a new one, of the same key at a time that the press had not passed
 * yet (some far ends let the time stamp move on with each packet; a segment of a long press begins where the last ended).
 */
function isOf(press: Press, { timestamp, marker }: RtpPacket, { code, duration }: DigitEvent): boolean {
  if (timestamp === press.timestamp) return true;
  if (code !== press.code) return false;
  const since = clockAhead(timestamp, press.timestamp);
  if (since > 0) return !marker && (since <= press.duration || (!press.end && since === SEGMENT));
  // One that was overtaken by the rest: of the time between, or of the beginning itself.
  const before = clockAhead(press.first, timestamp);
  return before <= Math.max(duration, press.grown);
}

function goOn(press: Press, timestamp: number, { duration, end }: DigitEvent): void {
  if (clockAhead(timestamp, press.timestamp) > 0) Object.assign(press, { timestamp, duration });
  else if (timestamp === press.timestamp) press.duration = Math.max(press.duration, duration);
  else if (clockAhead(press.first, timestamp) > 0) Object.assign(press, { first: timestamp, grown: duration });
  press.end ||= end;
}
