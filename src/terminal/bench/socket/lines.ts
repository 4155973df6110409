import type { Socket } from 'node:net';
import type { z } from 'zod';
import { LONGEST_LINE } from './message.ts';

/** Nobody who reads is so far behind, bytes. */
const BEHIND = 1_048_576;

/** One end of a connection on which each line is a message: what is no message ends it. */
export class Lines<In, Out> {
  readonly #socket: Socket;

  /** `hear` is told each message; `broken` once, why, where a line is none or too long. */
  constructor(socket: Socket, schema: z.ZodType<In>, hear: (message: In) => void, broken: (why: string) => void) {
    this.#socket = socket;
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const message = parse(schema, line);
        if (message === null) return this.#break(broken, 'a line that is no message');
        hear(message);
      }
      if (rest.length > LONGEST_LINE) this.#break(broken, 'a line without an end');
    });
  }

  /** Says a message; one who does not read is let go. */
  say(message: Out): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(`${JSON.stringify(message)}\n`);
    if (this.#socket.writableLength > BEHIND) this.#socket.destroy();
  }

  end(): void {
    this.#socket.end();
  }

  #break(broken: (why: string) => void, why: string): void {
    this.#socket.removeAllListeners('data');
    this.#socket.destroy();
    broken(why);
  }
}

function parse<T>(schema: z.ZodType<T>, line: string): T | null {
  if (line.length > LONGEST_LINE) return null;
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
