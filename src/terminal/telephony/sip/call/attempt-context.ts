import type { Codec, RemoteMedia } from '../../port.ts';
import type { Log } from '../config.ts';
import type { SrtpPolicy } from '../sdp/sdes.ts';
import type { Dialogs } from './dialogs.ts';
import type { Failure } from './failure.ts';
import type { Line } from './line.ts';
import type { Redirected } from './redirection.ts';

/** What holds for every call of an account. */
export interface AttemptContext {
  readonly log: Log;
  readonly dialogs: Dialogs;
  /** Addresses of a host, of the IP that is ours. May reject. */
  addresses(host: string): Promise<readonly string[]>;
  /** In the order we like them. */
  readonly codecs: readonly Codec[];
  /** Where not given, preferred over TLS and off over all else. */
  readonly srtp?: SrtpPolicy | undefined;
  /** Session timer asked for, s (RFC 4028); 0 asks for none. */
  readonly sessionExpires: number;
  readonly pace: CallPace;
}

/** Times of a call, which a test may shorten. */
interface CallPace {
  /** T1 of RFC 3261, ms. */
  readonly t1: number;
  /** How long a line has for the first sign of life before the next is tried, ms. */
  readonly noAnswer: number;
  /** Shortest session interval that we take, s (Min-SE of RFC 4028). */
  readonly leastExpires: number;
}

/** One call as it goes out by one line. */
export interface AttemptOptions {
  /** Of the call, for the log. */
  readonly call: string;
  readonly line: Line;
  readonly number: string;
  /** Port of our media. */
  readonly port: number;
  /** There is another line: this one is given up where it shows no life. */
  readonly impatient: boolean;
}

/** What is told of an attempt that is wanted; nothing after `failed` and `ended`. */
export interface AttemptListener {
  ringing(): void;
  redirected(redirected: Redirected): void;
  connect(remote: RemoteMedia): void;
  answered(): void;
  hold(held: boolean): void;
  digit(digit: string): void;
  failed(outcome: Outcome): void;
  ended(): void;
}

/** Why an attempt came to nothing. */
export interface Outcome {
  readonly failure: Failure;
  readonly sip: number | null;
  /** The line's fault, in words: no sign of life, or a 503. Null where the far end has spoken. */
  readonly dead: string | null;
}
