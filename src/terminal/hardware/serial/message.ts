import { z } from 'zod';
import { Key } from '../../../protocol/units.ts';
import { frame, unframe } from './frame.ts';

const Hook = z.enum(['ON', 'OFF']).transform((level): 'on' | 'off' => (level === 'OFF' ? 'off' : 'on'));
const count = z
  .string()
  .regex(/^\d{1,10}$/)
  .transform(Number);

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

/** What a terminal says. `$HELLO` asks for a beat at once. */
const TerminalMessage = z.union([
  z
    .tuple([z.literal('LED'), z.enum(['line', 'fault']), z.enum(['on', 'off', 'blink'])])
    .transform(([, led, state]) => ({ type: 'led' as const, led, state })),
  z.tuple([z.literal('HELLO')]).transform(() => ({ type: 'hello' as const })),
]);
export type TerminalMessage = z.infer<typeof TerminalMessage>;

/** A line understood, or why it was not. The reason never quotes the line. */
export type Decoded<T> = { ok: true; message: T } | { ok: false; reason: string };

function decode<T>(schema: z.ZodType<T>, line: string): Decoded<T> {
  const framed = unframe(line);
  if (!framed.ok) return framed;
  const message = schema.safeParse(framed.payload.split(','));
  return message.success ? { ok: true, message: message.data } : { ok: false, reason: 'unknown message' };
}

/** Reads a line of a board, without its LF. */
export const decodeBoard = (line: string): Decoded<BoardMessage> => decode(BoardMessage, line);

/** Reads a line of a terminal, without its LF. */
export const decodeTerminal = (line: string): Decoded<TerminalMessage> => decode(TerminalMessage, line);

/** The line for a message of a board, with CR LF. */
export function encodeBoard(message: BoardMessage): string {
  switch (message.type) {
    case 'hook':
      return frame(`HOOK,${message.hook.toUpperCase()}`);
    case 'key':
      return frame(`KEY,${message.key},${message.edge.toUpperCase()}`);
    case 'volume':
      return frame(`VOL,${message.direction.toUpperCase()}`);
    case 'tamper':
      return frame(`TAMPER,${message.open ? 'OPEN' : 'CLOSED'}`);
    case 'beat':
      return frame(`BEAT,${message.count},${message.hook.toUpperCase()},${message.firmware}`);
  }
}

/** The line for a message of a terminal, with CR LF. */
export function encodeTerminal(message: TerminalMessage): string {
  return frame(message.type === 'hello' ? 'HELLO' : `LED,${message.led},${message.state}`);
}
