import { z } from 'zod';
import { Key } from '../../../protocol/units.ts';
import { crc16, frame, unframe } from './frame.ts';

const Hook = z.enum(['ON', 'OFF']).transform((level): 'on' | 'off' => (level === 'OFF' ? 'off' : 'on'));
const count = z
  .string()
  .regex(/^\d{1,10}$/)
  .transform(Number);

/** A line's number grows by one, and after this begins at 0. */
const LAST_NUMBER = 0xffff;

/** What a board says. `hook` is the level as the board reads it: OFF is lifted where the polarity is normal. */
const BoardMessage = z.union([
  z.tuple([z.literal('HOOK'), Hook]).transform(([, hook]) => ({ type: 'hook' as const, hook })),
  z.tuple([z.literal('KEY'), Key, z.enum(['DOWN', 'UP'])]).transform(([, key, edge]) => ({
    type: 'key' as const,
    key,
    edge: edge === 'DOWN' ? ('down' as const) : ('up' as const),
  })),
  z.tuple([z.literal('VOL'), z.enum(['UP', 'DOWN'])]).transform(([, way]) => ({
    type: 'volume' as const,
    direction: way === 'UP' ? ('up' as const) : ('down' as const),
  })),
  z
    .tuple([z.literal('TAMPER'), z.enum(['OPEN', 'CLOSED'])])
    .transform(([, state]) => ({ type: 'tamper' as const, open: state === 'OPEN' })),
  z
    .tuple([z.literal('BEAT'), count, Hook, z.string().regex(/^[\w.+-]{1,32}$/)])
    .transform(([, beat, hook, firmware]) => ({ type: 'beat' as const, count: beat, hook, firmware })),
]);
export type BoardMessage = z.infer<typeof BoardMessage>;

/**
 * What a terminal says. `$HELLO` asks for a beat at once, `$HELLO,2` for numbered lines too, `$AGAIN,<n>` for the
 * lines from number n on once more. A board that knows only `$HELLO` and `$LED` drops the others.
 */
const TerminalMessage = z.union([
  z
    .tuple([z.literal('LED'), z.enum(['line', 'fault']), z.enum(['on', 'off', 'blink'])])
    .transform(([, led, state]) => ({ type: 'led' as const, led, state })),
  z.tuple([z.literal('HELLO')]).transform(() => ({ type: 'hello' as const })),
  z.tuple([z.literal('HELLO'), z.literal('2')]).transform(() => ({ type: 'number' as const })),
  z.tuple([z.literal('AGAIN'), count.pipe(z.number().max(LAST_NUMBER))]).transform(([, from]) => ({
    type: 'again' as const,
    from,
  })),
]);
export type TerminalMessage = z.infer<typeof TerminalMessage>;

/** A line understood, or why it was not. The reason never quotes the line. */
type Decoded<T> = { ok: true; message: T } | { ok: false; reason: string };

/** As `Decoded`; `number` is null where the board does not number its lines. */
type DecodedBoard = { ok: true; message: BoardMessage; number: number | null } | { ok: false; reason: string };

/** Reads a line of a board, without its LF. */
export function decodeBoard(line: string): DecodedBoard {
  const framed = unframe(line);
  if (!framed.ok) return framed;
  // No line of version 1 looks like this: before its last field none has a number.
  const [, numbered, digits, crc] = /^((?:.*),(\d{1,5})),([0-9A-F]{4})$/.exec(framed.payload) ?? [];
  if (numbered !== undefined && crc16(numbered) !== crc) return { ok: false, reason: 'wrong CRC' };
  const number = digits === undefined ? null : Number(digits);
  const fields = (numbered ?? framed.payload).split(',');
  const message = BoardMessage.safeParse(number === null ? fields : fields.slice(0, -1));
  if (!message.success || (number !== null && number > LAST_NUMBER)) return { ok: false, reason: 'unknown message' };
  return { ok: true, message: message.data, number };
}

/** Reads a line of a terminal, without its LF. */
export function decodeTerminal(line: string): Decoded<TerminalMessage> {
  const framed = unframe(line);
  if (!framed.ok) return framed;
  const message = TerminalMessage.safeParse(framed.payload.split(','));
  return message.success ? { ok: true, message: message.data } : { ok: false, reason: 'unknown message' };
}

function boardPayload(message: BoardMessage): string {
  switch (message.type) {
    case 'hook':
      return `HOOK,${message.hook.toUpperCase()}`;
    case 'key':
      return `KEY,${message.key},${message.edge.toUpperCase()}`;
    case 'volume':
      return `VOL,${message.direction.toUpperCase()}`;
    case 'tamper':
      return `TAMPER,${message.open ? 'OPEN' : 'CLOSED'}`;
    case 'beat':
      return `BEAT,${message.count},${message.hook.toUpperCase()},${message.firmware}`;
  }
}

/** The line for a message of a board, with CR LF; with a `number` (0 to 65535), also that and the CRC of all before. */
export function encodeBoard(message: BoardMessage, number: number | null = null): string {
  const payload = boardPayload(message);
  if (number === null) return frame(payload);
  const numbered = `${payload},${number}`;
  return frame(`${numbered},${crc16(numbered)}`);
}

/** The line for a message of a terminal, with CR LF. */
export function encodeTerminal(message: TerminalMessage): string {
  switch (message.type) {
    case 'hello':
      return frame('HELLO');
    case 'number':
      return frame('HELLO,2');
    case 'again':
      return frame(`AGAIN,${message.from}`);
    case 'led':
      return frame(`LED,${message.led},${message.state}`);
  }
}
