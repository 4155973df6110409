import { connect, type Socket } from 'node:net';

/** What one phone needs of MQTT 3.1.1 and no more: thousands of them must cost less than what they ask. */
export interface LineOptions {
  readonly port: number;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  /** Subscribed to at QoS 1. */
  readonly topic: string;
  readonly heard: (payload: Buffer) => void;
}

const CONNECT = 0x10;
const CONNACK = 2;
const PUBLISH = 3;
const SUBACK = 9;
const SUBSCRIBE = 0x82;
const PUBLISH_QOS1 = 0x32;
const LOGIN_AND_CLEAN = 0xc2;

/** A phone's connection to the broker. */
export class Line {
  readonly #socket: Socket;
  readonly #options: LineOptions;
  #rest: Buffer = Buffer.alloc(0);
  #id = 0;
  #up: () => void = () => undefined;

  private constructor(options: LineOptions) {
    this.#options = options;
    this.#socket = connect(options.port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (bytes) => this.#read(bytes));
  }

  /** Resolves when it is subscribed. Rejects where the connection is lost before. */
  static async open(options: LineOptions): Promise<Line> {
    const line = new Line(options);
    await new Promise<void>((resolve, reject) => {
      line.#up = resolve;
      line.#socket.once('error', reject);
      line.#socket.once('close', () => reject(new Error(`${options.clientId}: closed by the broker`)));
      const flags = Buffer.from([4, LOGIN_AND_CLEAN, 0, 0]);
      const { clientId, username, password } = options;
      line.#write(CONNECT, [text('MQTT'), flags, text(clientId), text(username), text(password)]);
    });
    return line;
  }

  /** Publishes at QoS 1. What the broker acknowledges is not looked at: the platform's word counts. */
  publish(topic: string, payload: string): void {
    this.#write(PUBLISH_QOS1, [text(topic), this.#next(), Buffer.from(payload)]);
  }

  close(): void {
    this.#socket.destroy();
  }

  #next(): Buffer {
    this.#id = (this.#id % 65_535) + 1;
    return number(this.#id);
  }

  #write(head: number, parts: readonly Buffer[]): void {
    const body = Buffer.concat(parts);
    this.#socket.write(Buffer.concat([Buffer.from([head]), length(body.length), body]));
  }

  #read(bytes: Buffer): void {
    let rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    for (let packet = split(rest); packet; packet = split(rest)) {
      this.#take(rest[0] ?? 0, packet.body);
      rest = rest.subarray(packet.size);
    }
    this.#rest = rest;
  }

  #take(head: number, body: Buffer): void {
    const type = head >> 4;
    if (type === CONNACK && body[1] === 0)
      this.#write(SUBSCRIBE, [this.#next(), text(this.#options.topic), Buffer.from([1])]);
    else if (type === CONNACK) this.#socket.destroy();
    else if (type === SUBACK) this.#up();
    else if (type === PUBLISH) {
      const after = 2 + body.readUInt16BE(0);
      this.#socket.write(Buffer.from([0x40, 2, body[after] ?? 0, body[after + 1] ?? 0]));
      this.#options.heard(body.subarray(after + 2));
    }
  }
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

const text = (value: string): Buffer => Buffer.concat([number(Buffer.byteLength(value)), Buffer.from(value)]);

/** MQTT's length: seven bits a byte. */
function length(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; bytes.length === 0 || rest > 0; rest >>= 7) bytes.push((rest & 127) | (rest > 127 ? 128 : 0));
  return Buffer.from(bytes);
}

/** The first packet, if all of it is there. */
function split(bytes: Buffer): { body: Buffer; size: number } | null {
  let size = 0;
  for (let n = 1; n < bytes.length && n <= 4; n++) {
    const byte = bytes[n] ?? 0;
    size |= (byte & 127) << (7 * (n - 1));
    if (byte > 127) continue;
    const end = n + 1 + size;
    return bytes.length < end ? null : { body: bytes.subarray(n + 1, end), size: end };
  }
  return null;
}
