import { Malformed } from '../wire/message.ts';

/** The longest message taken from a stream, and its part up to the empty line, bytes. */
const MOST_BYTES = 65_536;
const MOST_HEADER_BYTES = 16_384;

const CR = 13;
const LF = 10;
const END = Buffer.from('\r\n\r\n');

/** What a stream has given. */
export interface Frames {
  readonly messages: readonly string[];
  /** Line ends stood between messages: keep-alives (RFC 5626 3.5.1). */
  readonly alive: boolean;
  /** The stream cannot be followed beyond these messages. */
  readonly fault: Malformed | null;
}

/** Cuts a stream into messages by their Content-Length (RFC 3261 18.3). Holds no more than one message. */
export class Framing {
  readonly #buffer = Buffer.allocUnsafe(MOST_BYTES);
  #used = 0;
  /** How far the end of the headers has been looked for. */
  #searched = 0;
  /** Bytes of the message under way, once its headers are whole. */
  #length: number | null = null;

  /** Takes what came. After a fault, which is a message that is too long or does not say how long it is, nothing more. */
  push(chunk: Buffer): Frames {
    const messages: string[] = [];
    const frames = { messages, alive: false, fault: null };
    let at = 0;
    while (at < chunk.length) {
      if (this.#used === 0 && (chunk[at] === CR || chunk[at] === LF)) {
        frames.alive = true;
        at += 1;
        continue;
      }
      const wanted = (this.#length ?? MOST_BYTES) - this.#used;
      const taken = chunk.copy(this.#buffer, this.#used, at, at + wanted);
      this.#used += taken;
      try {
        // What was copied beyond the end of the message is looked at again.
        at += taken - this.#measure();
      } catch (error) {
        if (error instanceof Malformed) return { ...frames, fault: error };
        throw error;
      }
      if (this.#length !== null && this.#used === this.#length) messages.push(this.#take());
    }
    return frames;
  }

  /** Finds the length of the message; returns how many bytes too many were copied. */
  #measure(): number {
    if (this.#length !== null) return 0;
    const end = this.#buffer.subarray(0, this.#used).indexOf(END, this.#searched);
    if (end < 0 ? this.#used > MOST_HEADER_BYTES : end > MOST_HEADER_BYTES) {
      throw new Malformed(`headers of more than ${MOST_HEADER_BYTES} bytes`);
    }
    this.#searched = Math.max(0, this.#used - END.length + 1);
    if (end < 0) return 0;
    this.#length = end + END.length + contentLength(this.#buffer.toString('latin1', 0, end));
    if (this.#length > MOST_BYTES) throw new Malformed(`a message of more than ${MOST_BYTES} bytes`);
    const tooMany = Math.max(0, this.#used - this.#length);
    this.#used -= tooMany;
    return tooMany;
  }

  #take(): string {
    const text = this.#buffer.toString('latin1', 0, this.#used);
    this.#used = 0;
    this.#searched = 0;
    this.#length = null;
    return text;
  }
}

/** Content-Length in any of its spellings. */
function contentLength(headers: string): number {
  const values = new Set<string>();
  for (const [, value = ''] of headers.matchAll(/\r\n(?:content-length|l)[ \t]*:((?:[^\r]|\r\n[ \t])*)/gi)) {
    values.add(value.trim());
  }
  const [value] = values;
  if (value === undefined) throw new Malformed('no Content-Length, which a stream cannot be without');
  if (values.size > 1) throw new Malformed('several content-length headers that differ');
  if (!/^\d{1,6}$/.test(value)) throw new Malformed('Content-Length is not a number');
  return Number(value);
}
