import type { Peer } from '../config.ts';

/** How SIP messages are carried. */
export type Protocol = 'UDP' | 'TCP' | 'TLS';

/** What carries SIP messages: texts of bytes, a character each. */
export interface Link {
  readonly protocol: Protocol;
  /** A reliable link needs no repetition by the clock. */
  readonly reliable: boolean;
  /** Where we send from: of a stream, the end of the connection that was opened last. */
  readonly local: Peer;
  /** Rejects where the system refuses to send, or there is no connection. */
  send(text: string, to: Peer): Promise<void>;
  close(): Promise<void>;
}

/** A link of connections, one of which is kept: the one to the trunk's server. */
export interface StreamLink extends Link {
  /** Opens the connection that is kept, in place of the one before. Told by `opened` or `broken`. */
  open(to: Peer): void;
  /** Gives the kept connection up; told by `broken`. No effect where there is none. */
  drop(detail: string): void;
}

/** Hears what comes in, and the faults of the socket itself. */
export interface LinkListener {
  message(text: string, from: Peer): void;
  fault(error: Error): void;
}

/** Hears also how the connections fare. */
export interface StreamListener extends LinkListener {
  /** The kept connection is there. */
  opened(): void;
  /** The kept connection could not be opened, or is gone; nothing is tried again until `open`. */
  broken(detail: string): void;
  /** A line end between messages came by the kept connection: what a ping is answered with (RFC 5626 3.5.1). */
  pong(): void;
  /** Bytes that cannot be taken for SIP; their connection is closed. */
  malformed(detail: string): void;
}
