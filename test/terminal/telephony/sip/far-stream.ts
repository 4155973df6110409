import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { Framing } from '../../../../src/terminal/telephony/sip/link/framing.ts';
import { FarEnd } from './far-end.ts';

/** What a far end on a stream is made with. */
export interface FarStreamOptions {
  readonly port?: number;
  /** TCP where not given. */
  readonly tls?: TlsOptions;
  /** Whether it answers keep-alives. */
  readonly pongs?: boolean;
}

/** A far end that is reached over TCP or TLS. */
export class FarStream {
  readonly far: FarEnd;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #last: Socket | null = null;
  /** Connections that were made in all. */
  connections = 0;
  pings = 0;
  /** Whether it answers keep-alives. */
  pongs: boolean;
  /** While false, connections are closed as they come. */
  welcoming = true;

  private constructor(server: Server, { tls, pongs = true }: FarStreamOptions) {
    this.pongs = pongs;
    const { port } = server.address() as { port: number };
    this.#server = server;
    this.far = new FarEnd({
      protocol: tls ? 'TLS' : 'TCP',
      port,
      send: (data) => this.#last?.write(data),
      close: () => this.close(),
    });
    server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => this.#connected(socket));
    server.on('connection', (socket: Socket) => {
      // A handshake that comes to nothing must not keep the server open.
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async open(options: FarStreamOptions = {}): Promise<FarStream> {
    const server = options.tls ? createTlsServer(options.tls) : createServer();
    // Refused handshakes are what some tests are about.
    server.on('tlsClientError', () => undefined);
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    return new FarStream(server, options);
  }

  get port(): number {
    return this.far.port;
  }

  /** Breaks every connection, as a router does that was switched off and on. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #connected(socket: Socket): void {
    if (!this.welcoming) {
      socket.destroy();
      return;
    }
    this.connections += 1;
    this.#last = socket;
    const framing = new Framing();
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      if (chunk.toString() === '\r\n\r\n') {
        this.pings += 1;
        if (this.pongs) socket.write('\r\n');
        return;
      }
      for (const message of framing.push(chunk).messages) this.far.heard(message);
    });
  }
}
