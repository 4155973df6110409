import type { BackOff } from '../../../retry/pauses.ts';
import { TIMING, type Timing } from './wire/retransmission.ts';

/** Times that a test may shorten, ms. */
export interface Pace {
  readonly timing: Timing;
  /** Between tries to register, and to reach a trunk that is down. */
  readonly backOff: BackOff;
  /** How long `close` waits for the far ends' answers, and then for the registrars'. */
  readonly farewell: number;
  /** How long a connection may take. */
  readonly connect: number;
  /** How long a connection must hold before it counts for something: who is refused as a client learns it after he is in. */
  readonly settle: number;
  /** How long the answer to an OPTIONS may take that asks whether a trunk is alive. */
  readonly probe: number;
  /** How long the answer to a keep-alive may take (RFC 5626 4.4.1). */
  readonly pong: number;
  /** How long a line has for the first sign of life before a call goes on to the next. */
  readonly noAnswer: number;
  /** Shortest session interval that is taken, s (Min-SE, RFC 4028). */
  readonly leastExpires: number;
}

/** As in the field. */
export const PACE: Pace = {
  timing: TIMING,
  backOff: { first: 2_000, longest: 120_000 },
  farewell: 1_000,
  connect: 5_000,
  settle: 300,
  probe: 4_000,
  pong: 10_000,
  noAnswer: 1_800,
  leastExpires: 90,
};
