/** Keys of a telephone by their event code (RFC 4733 section 3.2). A to D are on no phone we call. */
export const DIGITS = '0123456789*#';

/** An event as a packet carries it; `duration` in samples of 8 kHz (RFC 4733 section 2.3). */
export interface DigitEvent {
  code: number;
  end: boolean;
  duration: number;
}

/** Null where the payload is no event. */
export function parseDigit(payload: Uint8Array): DigitEvent | null {
  if (payload.length < 4) return null;
  const [code = 0, flags = 0, high = 0, low = 0] = payload;
  return { code, end: flags >= 0x80, duration: (high << 8) | low };
}

/** Writes an event of -10 dBm0 into four bytes of `out` from `at` on. */
export function writeDigit(out: Buffer, at: number, { code, end, duration }: DigitEvent): void {
  out[at] = code;
  out[at + 1] = (end ? 0x80 : 0) | 10;
  out.writeUInt16BE(duration, at + 2);
}
