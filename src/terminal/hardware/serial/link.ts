import { SerialPort } from 'serialport';
import { Retry } from '../retry.ts';

/** More than this waiting to be sent means that nothing is being taken. */
const MAX_WAITING_BYTES = 1_024;
/** The kernel takes no longer to open a port, or to say why not. */
const OPEN_AT_MOST_MS = 20_000;

export interface LinkEvents {
  opened(): void;
  bytes(bytes: Uint8Array): void;
  /** It could not be opened, or was open and is gone. Another try is under way. */
  lost(why: string): void;
}

/** A serial port that is opened again and again, for ever, with pauses that grow and differ. */
export class SerialLink {
  readonly #path: string;
  readonly #baud: number;
  readonly #on: LinkEvents;
  #port: SerialPort | null = null;
  readonly #retry = new Retry();
  /** Since when the port is being opened, performance.now(). */
  #opening: number | null = null;
  #closed = false;

  constructor(path: string, baud: number, on: LinkEvents) {
    this.#path = path;
    this.#baud = baud;
    this.#on = on;
  }

  /** Begins to try. */
  open(): void {
    const port = new SerialPort({ path: this.#path, baudRate: this.#baud, autoOpen: false });
    this.#port = port;
    this.#opening = performance.now();
    port.on('data', (bytes: Uint8Array) => {
      if (this.#port === port) this.#on.bytes(bytes);
    });
    port.on('error', (error) => this.#lose(port, error.message));
    port.on('end', () => this.#lose(port, 'end of file'));
    port.on('close', () => this.#lose(port, 'unplugged'));
    port.open((error) => {
      if (this.#port === port) this.#opening = null;
      if (error) this.#lose(port, error.message.replace(/^Error:? /, ''));
      else if (this.#port === port) this.#on.opened();
      else port.close();
    });
  }

  /** Sends, or drops what nobody takes. */
  write(line: string): void {
    const port = this.#port;
    if (port?.isOpen && port.writableLength < MAX_WAITING_BYTES) port.write(line);
  }

  /** What is at the far end works: the pauses start small again. */
  steady(): void {
    this.#retry.steady();
  }

  /** Closes a port that is open and of no use, and tries anew. */
  reopen(why: string): void {
    if (this.#port) this.#lose(this.#port, why);
  }

  /**
   * Resolves while a port is open, is being opened, or will be tried again: what it says in between is the board's affair.
   * @throws Error where the kernel does not come back from opening it
   */
  async alive(at = performance.now()): Promise<void> {
    if (this.#opening !== null && at - this.#opening > OPEN_AT_MOST_MS) throw new Error(`${this.#path} does not open`);
    if (!this.#closed && this.#port === null && !this.#retry.waiting)
      throw new Error(`${this.#path} is not tried again`);
  }

  /** Gives up for good. Resolves when the port is free for others. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#retry.stop();
    const port = this.#port;
    this.#port = null;
    if (port?.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
  }

  #lose(port: SerialPort, why: string): void {
    if (this.#port !== port) return;
    this.#port = null;
    // Its own error, if closing fails, comes to the listener above and is about a port given up.
    if (port.isOpen) port.close();
    if (this.#closed) return;
    this.#retry.after(() => this.open());
    this.#on.lost(why);
  }
}
