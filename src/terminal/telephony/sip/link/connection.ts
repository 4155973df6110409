import type { Socket } from 'node:net';
import type { Peer } from '../config.ts';
import { Framing } from './framing.ts';

/** How a socket to a peer is made, and by what event it says that it can be used. */
export interface Dialler {
  readonly protocol: 'TCP' | 'TLS';
  /** May throw where its files cannot be used. */
  dial(to: Peer): Socket;
  readonly ready: 'connect' | 'secureConnect';
  /** What is wrong, and what to do about it. */
  explain(error: Error): string;
}

/** What a stream link is opened with. */
export interface StreamOptions {
  readonly dialler: Dialler;
  /** A connection that is not there after this long never will be, ms. */
  readonly patience: number;
}

/** What a connection tells. */
export interface ConnectionListener {
  opened(local: Peer): void;
  message(text: string): void;
  /** Line ends came between messages. */
  alive(): void;
  malformed(detail: string): void;
  /** It is gone; told once, and not where we ended it ourselves or it could not even be begun. */
  over(detail: string): void;
}

/** Bytes that may wait for a peer that reads nothing. */
const MOST_WAITING = 262_144;

/** One connection, from its first packet to its end. */
export class Connection {
  readonly peer: Peer;
  readonly #listener: ConnectionListener;
  readonly #socket: Socket | null = null;
  readonly #framing = new Framing();
  /** Settles when it can be used or never will. */
  readonly #usable: Promise<void>;
  #settle: (error: Error | null) => void = () => undefined;
  #patience: NodeJS.Timeout | null = null;
  #over: string | null = null;

  constructor(peer: Peer, { dialler, patience }: StreamOptions, listener: ConnectionListener) {
    this.peer = peer;
    this.#listener = listener;
    this.#usable = new Promise((resolve, reject) => {
      this.#settle = (error) => (error ? reject(error) : resolve());
    });
    // Nobody may be waiting to send.
    this.#usable.catch(() => undefined);
    try {
      this.#socket = dialler.dial(peer);
    } catch (error) {
      this.#finish(dialler.explain(error instanceof Error ? error : new Error(String(error))));
      return;
    }
    this.#patience = setTimeout(() => this.break(`no connection after ${patience} ms`), patience);
    this.#socket.once(dialler.ready, () => this.#opened());
    this.#socket.on('data', (chunk) => this.#received(chunk));
    this.#socket.on('error', (error) => this.break(dialler.explain(error)));
    this.#socket.on('close', () => this.break('closed by the far end'));
  }

  /** Why it is gone, or null. */
  get over(): string | null {
    return this.#over;
  }

  /** Waits for the connection where it is under way. Rejects where it is gone. */
  async send(text: string): Promise<void> {
    await this.#usable;
    const socket = this.#socket;
    if (this.#over !== null || !socket) throw new Error(`connection lost: ${this.#over}`);
    if (socket.writableLength > MOST_WAITING) {
      this.break('the far end reads nothing');
      throw new Error('the far end reads nothing');
    }
    socket.write(text, 'latin1');
  }

  /** Gives it up. */
  break(detail: string): void {
    if (this.#over !== null) return;
    this.#finish(detail);
    this.#socket?.destroy();
    this.#listener.over(detail);
  }

  /** Ends it after what was sent; resolves when that is done, or the far end takes too long. */
  end(): Promise<void> {
    if (this.#over !== null || !this.#socket) return Promise.resolve();
    const socket = this.#socket;
    this.#finish('ended');
    return new Promise((resolve) => {
      const lost = setTimeout(() => socket.destroy(), 500);
      socket.once('close', () => {
        clearTimeout(lost);
        resolve();
      });
      socket.end(() => socket.destroy());
    });
  }

  #finish(detail: string): void {
    this.#over = detail;
    if (this.#patience) clearTimeout(this.#patience);
    this.#settle(new Error(`no connection: ${detail}`));
  }

  #opened(): void {
    if (this.#over !== null || !this.#socket) return;
    if (this.#patience) clearTimeout(this.#patience);
    const { localAddress = '', localPort = 0 } = this.#socket;
    this.#listener.opened({ address: localAddress, port: localPort });
    this.#settle(null);
  }

  #received(chunk: Buffer): void {
    if (this.#over !== null) return;
    const { messages, alive, fault } = this.#framing.push(chunk);
    if (alive) this.#listener.alive();
    for (const message of messages) this.#listener.message(message);
    if (!fault) return;
    this.#listener.malformed(`SIP stream from ${this.peer.address}:${this.peer.port}: ${fault.message}`);
    this.break(fault.message);
  }
}
