/** Reads a header of a message by its lower-case name. */
export type Headers = (name: string) => string | undefined;

/** What a session timer is made with. Times in seconds, as its headers have them. */
export interface SessionTimerOptions {
  /** Asked for; 0 asks for none, and takes what the far end asks for. */
  readonly expires: number;
  /** The least that is accepted (Min-SE). */
  readonly least: number;
  /** It is our turn to show that the session lives. */
  refresh(): void;
  /** Nobody has shown it in time: the call is to be ended. */
  expired(): void;
}

/** Which of both refreshes: uac is who sent the request that this was agreed on by. */
type Refresher = 'uac' | 'uas';

/** Longest interval, s: a day. */
const LONGEST = 86_400;
const MOST_RAISES = 3;

/** The session timer of one call (RFC 4028): finds out that the far end is gone without a BYE. */
export class SessionTimer {
  readonly #options: SessionTimerOptions;
  #expires: number;
  #least: number;
  #raises = 0;
  /** Agreed on, s; null where there is none. */
  #interval: number | null = null;
  /** We refresh. */
  #ours = false;
  #refresh: NodeJS.Timeout | null = null;
  #expiry: NodeJS.Timeout | null = null;

  constructor(options: SessionTimerOptions) {
    this.#options = options;
    this.#expires = options.expires;
    this.#least = options.least;
  }

  /** Headers for an INVITE or UPDATE of ours; who refreshes remains so (7.4). */
  asks(): string[] {
    const seconds = this.#interval ?? this.#expires;
    if (seconds === 0) return [];
    const refresher = this.#interval === null ? '' : `;refresher=${this.#ours ? 'uac' : 'uas'}`;
    return [`Session-Expires: ${Math.max(seconds, this.#least)}${refresher}`, `Min-SE: ${this.#least}`];
  }

  /** After a 422 (6): true where it is worth asking again, for more. */
  raise(headers: Headers): boolean {
    const least = seconds(headers('min-se'));
    if (least === null || least <= this.#least || this.#raises >= MOST_RAISES) return false;
    this.#raises += 1;
    this.#least = least;
    this.#expires = Math.max(this.#expires, least);
    if (this.#interval !== null) this.#interval = Math.max(this.#interval, least);
    return true;
  }

  /** A 2xx to an INVITE or UPDATE of ours: the interval starts anew, as it says (7.2). */
  agreed(headers: Headers): void {
    const expires = seconds(headers('session-expires'));
    this.#start(expires, refresherIn(headers) !== 'uas');
  }

  /** The least interval, for a 422, where a request of the far end asks for less (9). */
  refuses(headers: Headers): number | null {
    const expires = seconds(headers('session-expires'));
    return expires !== null && expires < this.#options.least && supports(headers) ? this.#options.least : null;
  }

  /** A request of the far end that is being accepted: the interval starts anew. Returns headers for our 2xx (9). */
  accepts(headers: Headers): (readonly [name: string, value: string])[] {
    const asked = seconds(headers('session-expires'));
    const expires = asked ?? this.#interval;
    if (expires === null) return [];
    const theirs = supports(headers);
    const wanted = asked === null ? null : refresherIn(headers);
    // Who cannot refresh does not have to; else as they say, else as it was, else who asks.
    const ours = !theirs || (wanted ?? (this.#interval !== null && this.#ours ? 'uas' : 'uac')) === 'uas';
    this.#start(expires, ours);
    const value = `${this.#interval};refresher=${ours ? 'uas' : 'uac'}`;
    return [['session-expires', value], ...(theirs ? [['require', 'timer'] as const] : [])];
  }

  close(): void {
    if (this.#refresh) clearTimeout(this.#refresh);
    if (this.#expiry) clearTimeout(this.#expiry);
    this.#refresh = null;
    this.#expiry = null;
  }

  #start(expires: number | null, ours: boolean): void {
    this.close();
    // Nobody makes us refresh more often than we ever agreed to.
    this.#interval = expires === null ? null : Math.min(Math.max(expires, this.#options.least), LONGEST);
    this.#ours = ours;
    if (this.#interval === null) return;
    const ms = this.#interval * 1_000;
    if (ours) this.#refresh = setTimeout(() => this.#options.refresh(), ms / 2);
    // 10: shortly before the end.
    this.#expiry = setTimeout(() => this.#options.expired(), ms - Math.min(32_000, ms / 3));
  }
}

function seconds(value: string | undefined): number | null {
  const digits = /^\s*(\d{1,9})\s*(;|$)/.exec(value ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}

function refresherIn(headers: Headers): Refresher | null {
  const found = /;\s*refresher\s*=\s*(uac|uas)\b/i.exec(headers('session-expires') ?? '')?.[1]?.toLowerCase();
  return found === 'uac' || found === 'uas' ? found : null;
}

function supports(headers: Headers): boolean {
  return /(^|[\s,])timer([\s,]|$)/i.test(headers('supported') ?? '');
}
