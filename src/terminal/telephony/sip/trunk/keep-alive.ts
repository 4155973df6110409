import type { TrunkConfig } from '../config.ts';

/** What keeps a trunk's way open needs. */
export interface KeepAliveOptions {
  /** ms between keep-alives; each is shortened by up to a fifth, that many terminals do not beat together (RFC 5626 4.4.1). */
  readonly every: number;
  readonly by: 'crlf' | 'options';
  /** Whether an answer to a ping is to be waited for: it is on streams. */
  readonly answered: boolean;
  /** How long for, ms (RFC 5626 4.4.1: 10 s). */
  readonly patience: number;
  /** Sends two line ends. */
  ping(): void;
  /** Resolves with null where the far end is alive. */
  probe(): Promise<string | null>;
  /** The far end gave no sign of life. */
  silent(detail: string): void;
}

/**
 * Line ends cost nothing and keep a router's hole open, so they are the rule. Over UDP nobody answers them, so a trunk that does
 * not register, of which nothing else would tell that it is dead, is asked by OPTIONS.
 */
export function keepAliveBy({ keepAliveBy, transport, register }: TrunkConfig): 'crlf' | 'options' {
  return keepAliveBy ?? (transport === 'udp' && !register ? 'options' : 'crlf');
}

/**
 * Keeps the way to a trunk open and finds out when it is dead. A far end that has answered pings and does so no more is
 * dead (RFC 5626 4.4.1); of one that never did, as PJSIP and SIPp, that proves nothing: it is asked by OPTIONS, and if
 * it answers, from then on always.
 */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  #by: 'crlf' | 'options';
  #timer: NodeJS.Timeout | null = null;
  /** A ping is out. */
  #pinged = false;
  /** This connection has answered one. */
  #answers = false;
  /** Counts starts: a probe that was begun before the last is not looked at. */
  #round = 0;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
    this.#by = options.by;
  }

  /** Starts anew, as on a new connection. */
  start(): void {
    this.stop();
    this.#by = this.#options.by;
    this.#answers = false;
    this.#next();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#pinged = false;
    this.#round += 1;
  }

  /** A ping was answered. */
  pong(): void {
    if (!this.#pinged) return;
    this.#answers = true;
    this.#pinged = false;
    this.#next();
  }

  #next(): void {
    const { every } = this.#options;
    if (every > 0) this.#wait(every * (0.8 + Math.random() / 5), () => this.#beat());
  }

  #beat(): void {
    const { answered, patience, ping, silent } = this.#options;
    if (this.#by === 'options') {
      this.#ask();
      return;
    }
    ping();
    this.#pinged = answered;
    if (!answered) this.#next();
    else {
      this.#wait(patience, () => {
        if (this.#answers) silent(`no answer to a keep-alive in ${patience / 1_000} s`);
        else this.#ask();
      });
    }
  }

  #ask(): void {
    const round = this.#round;
    void this.#options.probe().then((detail) => {
      if (round !== this.#round) return;
      this.#by = this.#pinged ? 'options' : this.#by;
      this.#pinged = false;
      if (detail !== null) this.#options.silent(detail);
      // `silent` may have stopped or started it.
      if (round === this.#round) this.#next();
    });
  }

  #wait(ms: number, then: () => void): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }
}
