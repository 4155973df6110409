import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Fate } from './impairment.ts';

const LOOPBACK = '127.0.0.1';

/** What became of the packets of one way. */
interface Passage {
  came: number;
  lost: number;
  /** Copies besides the packets themselves. */
  copied: number;
  /** How much later than its fate wanted the latest packet left, ms. */
  latest: number;
}

/** A network between two UDP ends of loopback. */
export interface Relay {
  /** Where the near end sends, and hears the far end from. */
  readonly near: number;
  /** Where the far end hears the near end from, and answers to. */
  readonly far: number;
  readonly there: Passage;
  readonly back: Passage;
  close(): void;
}

/**
 * Opens a relay to the far end at `port` of 127.0.0.1; the near end is whoever sends to it. The n-th datagram of a way meets
 * the n-th fate of that way (`fates`); none given: it passes at once.
 */
export async function openRelay(port: number, ways: { there?: Fates; back?: Fates } = {}): Promise<Relay> {
  const [near, far] = [await bound(), await bound()];
  let caller: number | null = null;
  const there = new Way(ways.there, (data) => far.send(data, port, LOOPBACK));
  const back = new Way(ways.back, (data) => {
    if (caller !== null) near.send(data, caller, LOOPBACK);
  });
  near.on('message', (data, from) => {
    caller = from.port;
    there.take(data);
  });
  far.on('message', (data) => back.take(data));
  return {
    near: near.address().port,
    far: far.address().port,
    there: there.passage,
    back: back.passage,
    close() {
      for (const part of [there, back, near, far]) part.close();
    },
  };
}

type Fates = (index: number) => Fate;

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, LOOPBACK);
  await once(socket, 'listening');
  // The end sent to may have left (ECONNREFUSED): that is its affair.
  socket.on('error', () => undefined);
  return socket;
}

/** One way: datagrams under way, earliest first, and one timer for all of them. */
class Way {
  readonly passage: Passage = { came: 0, lost: 0, copied: 0, latest: 0 };
  readonly #fates: Fates;
  readonly #send: (data: Buffer) => void;
  readonly #waiting: { due: number; data: Buffer }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(fates: Fates = () => [0], send: (data: Buffer) => void) {
    this.#fates = fates;
    this.#send = send;
  }

  take(data: Buffer): void {
    if (this.#closed) return;
    const now = performance.now();
    const fate = this.#fates(this.passage.came);
    this.passage.came += 1;
    if (fate.length === 0) this.passage.lost += 1;
    else this.passage.copied += fate.length - 1;
    for (const delay of fate) {
      if (delay === 0) this.#send(data);
      else this.#hold(now + delay, data);
    }
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #hold(due: number, data: Buffer): void {
    let at = this.#waiting.length;
    while (at > 0 && (this.#waiting[at - 1] as { due: number }).due > due) at -= 1;
    this.#waiting.splice(at, 0, { due, data });
    if (at === 0) this.#wait();
  }

  #wait(): void {
    if (this.#timer) clearTimeout(this.#timer);
    const next = this.#waiting[0];
    this.#timer = next ? setTimeout(() => this.#release(), Math.max(1, next.due - performance.now())) : null;
  }

  #release(): void {
    const now = performance.now();
    // A timer may fire a moment early.
    while (this.#waiting[0] && this.#waiting[0].due <= now + 0.5) {
      const { due, data } = this.#waiting.shift() as { due: number; data: Buffer };
      this.passage.latest = Math.max(this.passage.latest, now - due);
      this.#send(data);
    }
    this.#wait();
  }
}
