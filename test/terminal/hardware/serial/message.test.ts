import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEYS } from '../../../../src/protocol/units.ts';
import { crc16, frame, MAX_LINE } from '../../../../src/terminal/hardware/serial/frame.ts';
import { Lines } from '../../../../src/terminal/hardware/serial/lines.ts';
import {
  type BoardMessage,
  decodeBoard,
  decodeTerminal,
  encodeBoard,
  encodeTerminal,
  type TerminalMessage,
} from '../../../../src/terminal/hardware/serial/message.ts';

const hook = fc.constantFrom('on' as const, 'off' as const);
const boardMessage: fc.Arbitrary<BoardMessage> = fc.oneof(
  hook.map((level) => ({ type: 'hook' as const, hook: level })),
  fc.record({
    type: fc.constant('key' as const),
    key: fc.constantFrom(...KEYS),
    edge: fc.constantFrom('down' as const, 'up' as const),
  }),
  fc.record({ type: fc.constant('volume' as const), direction: fc.constantFrom('up' as const, 'down' as const) }),
  fc.record({ type: fc.constant('tamper' as const), open: fc.boolean() }),
  fc.record({
    type: fc.constant('beat' as const),
    count: fc.integer({ min: 0, max: 9_999_999_999 }),
    hook,
    firmware: fc.stringMatching(/^[\w.+-]{1,32}$/),
  }),
);
const number = fc.option(fc.integer({ min: 0, max: 65_535 }));
const terminalMessage: fc.Arbitrary<TerminalMessage> = fc.oneof(
  fc.constant({ type: 'hello' as const }),
  fc.constant({ type: 'number' as const }),
  fc.record({ type: fc.constant('again' as const), from: fc.integer({ min: 0, max: 65_535 }) }),
  fc.record({
    type: fc.constant('led' as const),
    led: fc.constantFrom('line' as const, 'fault' as const),
    state: fc.constantFrom('on' as const, 'off' as const, 'blink' as const),
  }),
);
const noise = fc.uint8Array({ maxLength: 300 });

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** What a stream of bytes says, in chunks as they come. */
function read(...chunks: Uint8Array[]): BoardMessage[] {
  const lines = new Lines();
  return chunks
    .flatMap((chunk) => lines.push(chunk))
    .map(decodeBoard)
    .flatMap((decoded) => (decoded.ok ? [decoded.message] : []));
}

describe('lines of the serial board', () => {
  it('are as the protocol writes them', () => {
    expect(encodeBoard({ type: 'hook', hook: 'off' })).toBe('$HOOK,OFF*60\r\n');
    expect(encodeTerminal({ type: 'hello' })).toBe('$HELLO*42\r\n');
    expect(encodeTerminal({ type: 'number' })).toBe('$HELLO,2*5C\r\n');
    expect(encodeTerminal({ type: 'again', from: 17 })).toBe('$AGAIN,17*6A\r\n');
    expect(encodeBoard({ type: 'key', key: '5', edge: 'down' }, 17)).toMatch(
      /^\$KEY,5,DOWN,17,[0-9A-F]{4}\*[0-9A-F]{2}\r\n$/,
    );
    expect(encodeTerminal({ type: 'led', led: 'line', state: 'blink' })).toMatch(/^\$LED,line,blink\*[0-9A-F]{2}\r\n$/);
  });

  it('come back as what was sent, whole or in pieces, and fit the bound', () => {
    fc.assert(
      fc.property(fc.array(boardMessage, { maxLength: 8 }), fc.nat(20), (messages, size) => {
        const all = bytes(messages.map(encodeBoard).join(''));
        const chunks: Uint8Array[] = [];
        for (let i = 0; i < all.length; i += size + 1) chunks.push(all.subarray(i, i + size + 1));
        expect(read(...chunks)).toEqual(messages);
        for (const message of messages) expect(encodeBoard(message).length).toBeLessThanOrEqual(MAX_LINE);
      }),
    );
    fc.assert(
      fc.property(terminalMessage, (message) => {
        const decoded = decodeTerminal(encodeTerminal(message).slice(0, -1));
        expect(decoded).toEqual({ ok: true, message });
      }),
    );
  });

  it('come back with their number', () => {
    fc.assert(
      fc.property(boardMessage, number, (message, n) => {
        const line = encodeBoard(message, n);
        expect(line.length).toBeLessThanOrEqual(MAX_LINE);
        expect(decodeBoard(line.slice(0, -1))).toEqual({ ok: true, message, number: n });
      }),
    );
    for (const line of ['TAMPER,OPEN,65536', 'NOPE,1', 'KEY,5,DOWN,1,2']) {
      expect(decodeBoard(frame(`${line},${crc16(line)}`).trimEnd())).toEqual({ ok: false, reason: 'unknown message' });
    }
    expect(decodeBoard(frame('TAMPER,OPEN,17,0000').trimEnd())).toEqual({ ok: false, reason: 'wrong CRC' });
    // The value that the catalogue of CRCs gives for "123456789".
    expect(crc16('123456789')).toBe('29B1');
  });

  it('with a number and any two bits flipped are dropped', () => {
    const line = bytes(encodeBoard({ type: 'key', key: '5', edge: 'down' }, 17)).subarray(0, -2);
    for (let a = 0; a < line.length * 8; a++) {
      for (let b = a + 1; b < line.length * 8; b++) {
        const flipped = Uint8Array.from(line);
        for (const bit of [a, b]) flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(decodeBoard(String.fromCharCode(...flipped)).ok).toBe(false);
      }
    }
  });

  it('with any one bit flipped are dropped, and the next line is not', () => {
    const next: BoardMessage = { type: 'tamper', open: true };
    fc.assert(
      fc.property(boardMessage, (message) => {
        const line = bytes(encodeBoard(message));
        for (let bit = 0; bit < line.length * 8; bit++) {
          const flipped = Uint8Array.from(line);
          flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          const heard = read(flipped, bytes(encodeBoard(next)));
          // A flip in the line feed alone harms nothing when a new line follows at once.
          if (bit >> 3 === line.length - 1) expect(heard.at(-1)).toEqual(next);
          else expect(heard).toEqual([next]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are found after any noise, and noise is no line and is not kept', () => {
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 20 }), boardMessage, (chunks, message) => {
        expect(read(...chunks, bytes(encodeBoard(message))).at(-1)).toEqual(message);
      }),
    );
    const lines = new Lines();
    const pieces = lines.push(new Uint8Array(1_000_000).fill(0x41));
    expect(pieces.every((piece) => piece.length <= MAX_LINE)).toBe(true);
    expect(pieces.map((piece) => decodeBoard(piece).ok)).not.toContain(true);
  });

  it('that are well framed and mean nothing are dropped without quoting them', () => {
    for (const line of ['$KEY,5,SIDEWAYS*', '$KEY,A,DOWN*', '$BEAT,-1,ON,x*', '$BEAT,1,ON,*', '$NOPE*', '$HOOK*']) {
      let xor = 0;
      for (const char of line.slice(1, -1)) xor ^= char.charCodeAt(0);
      const decoded = decodeBoard(line + xor.toString(16).toUpperCase().padStart(2, '0'));
      expect(decoded).toEqual({ ok: false, reason: 'unknown message' });
    }
    expect(decodeBoard('$KEY,5,DOWN*00')).toEqual({ ok: false, reason: 'wrong checksum' });
    expect(decodeBoard('')).toEqual({ ok: false, reason: 'no frame' });
  });
});
