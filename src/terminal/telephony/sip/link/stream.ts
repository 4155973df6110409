import { connect } from 'node:net';
import type { Peer } from '../config.ts';
import { Connection, type Dialler, type StreamOptions } from './connection.ts';
import type { StreamLink, StreamListener } from './link.ts';

/** Connections to hops inside dialogs that are not the trunk's server; the least used goes first. */
const MOST_CONNECTIONS = 8;

/** Plain TCP. A local address other than any is sent from. */
export function tcpDialler(localAddress: string | undefined): Dialler {
  return {
    protocol: 'TCP',
    ready: 'connect',
    dial: ({ address, port }) =>
      connect({ host: address, port, noDelay: true, ...(localAddress !== undefined && { localAddress }) }),
    explain: (error) => error.message,
  };
}

/**
 * A link over TCP or TLS. One connection is kept, by whoever opens it again when it breaks; others are made for hops
 * inside a dialog. Nothing listens: a terminal takes no calls, and what the far end sends comes by the connections we made.
 */
export function openStream(options: StreamOptions, listener: StreamListener): StreamLink {
  return new Stream(options, listener);
}

class Stream implements StreamLink {
  readonly reliable = true;
  readonly #options: StreamOptions;
  readonly #listener: StreamListener;
  readonly #connections = new Map<string, Connection>();
  #kept: Connection | null = null;
  #local: Peer = { address: '0.0.0.0', port: 0 };

  constructor(options: StreamOptions, listener: StreamListener) {
    this.#options = options;
    this.#listener = listener;
  }

  get protocol() {
    return this.#options.dialler.protocol;
  }

  get local(): Peer {
    return this.#local;
  }

  open(to: Peer): void {
    const old = this.#kept;
    this.#kept = null;
    if (old) void this.#end(old);
    // One that was made for a hop inside a dialog would never say that it is open.
    const same = this.#connections.get(keyOf(to));
    if (same) void this.#end(same);
    const connection = this.#connect(to);
    this.#kept = connection;
    // A connection that fails while it is made says so before it is known to be the kept one.
    if (connection.over !== null) this.#gone(connection, connection.over);
  }

  drop(detail: string): void {
    this.#kept?.break(detail);
  }

  async send(text: string, to: Peer): Promise<void> {
    const known = this.#connections.get(keyOf(to));
    if (known) return known.send(text);
    // The server's own address is tried by `open` only, in its own time: a call must go on to the next trunk at once.
    if (this.#kept && keyOf(this.#kept.peer) === keyOf(to)) throw new Error(`no connection to ${keyOf(to)}`);
    return this.#connect(to).send(text);
  }

  async close(): Promise<void> {
    this.#kept = null;
    await Promise.all([...this.#connections.values()].map((connection) => this.#end(connection)));
  }

  #connect(to: Peer): Connection {
    const key = keyOf(to);
    const known = this.#connections.get(key);
    if (known) return known;
    if (this.#connections.size >= MOST_CONNECTIONS) {
      for (const connection of this.#connections.values()) {
        if (connection !== this.#kept) {
          void this.#end(connection);
          break;
        }
      }
    }
    const connection = new Connection(to, this.#options, {
      opened: (local) => {
        if (connection !== this.#kept) return;
        this.#local = local;
        this.#listener.opened();
      },
      message: (text) => this.#listener.message(text, to),
      alive: () => {
        if (connection === this.#kept) this.#listener.pong();
      },
      malformed: (detail) => this.#listener.malformed(detail),
      over: (detail) => this.#gone(connection, detail),
    });
    if (connection.over === null) this.#connections.set(key, connection);
    return connection;
  }

  #end(connection: Connection): Promise<void> {
    this.#forget(connection);
    return connection.end();
  }

  #forget(connection: Connection): void {
    const key = keyOf(connection.peer);
    if (this.#connections.get(key) === connection) this.#connections.delete(key);
  }

  #gone(connection: Connection, detail: string): void {
    this.#forget(connection);
    if (connection === this.#kept) this.#listener.broken(detail);
  }
}

function keyOf({ address, port }: Peer): string {
  return `${address}:${port}`;
}
