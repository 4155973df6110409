import type { Peer } from '../config.ts';
import { ackOf } from './ack.ts';
import type { Message } from './message.ts';

/** RFC 3261 17.1.1.1: round-trip estimate and longest interval, ms. */
export interface Timing {
  readonly t1: number;
  readonly t2: number;
}

/** The defaults of RFC 3261. */
export const TIMING: Timing = { t1: 500, t2: 4_000 };

type Send = (text: string, to: Peer) => void;

/** A request of ours as SIP.js wrote it, and where it went. */
export interface Written {
  readonly request: Message;
  readonly to: Peer;
}

interface Sending {
  written?: Written;
  /** Of which dialog a request of others said it was. */
  dialog?: string;
  text: string;
  readonly to: Peer;
  timer: NodeJS.Timeout | null;
  interval: number;
  end: NodeJS.Timeout;
  /** No provisional response prolongs it. */
  ending: boolean;
  /** An INVITE that was answered with a 2xx. */
  accepted?: true;
}

/** As many transactions of others as are remembered at once: a flood must not eat the memory. */
const MOST_REMEMBERED = 512;

/** An INVITE that has been answered provisionally is waited for this long, ms. */
const LONGEST_RING = 600_000;

/**
 * What RFC 3261 17 asks for on an unreliable transport and SIP.js leaves out: requests are sent
 * again until answered (timers A and E), negative answers to an INVITE until acknowledged (G), and what was
 * answered is answered the same again when it comes a second time (D for our ACK, J for our responses).
 * Time-outs (B, F, H) remain with SIP.js.
 */
export class Retransmission {
  readonly #send: Send;
  readonly #timing: Timing;
  /** Requests of ours, by branch and method. */
  readonly #requests = new Map<string, Sending>();
  /** Our ACKs of negative answers, by branch. */
  readonly #acks = new Map<string, Sending>();
  /** Requests of others and our last response, by origin and method. */
  readonly #answers = new Map<string, Sending>();

  readonly #reliable: boolean;

  /** On a reliable transport nothing is repeated by the clock. */
  constructor(send: Send, timing: Timing, reliable: boolean) {
    this.#send = send;
    this.#timing = timing;
    this.#reliable = reliable;
  }

  /** Where the INVITE of this branch went, which is where its CANCEL and ACK go (RFC 3261 9.1, 17.1.1.3). */
  target(branch: string): Peer | undefined {
    return this.#requests.get(`${branch} INVITE`)?.to ?? this.#acks.get(branch)?.to;
  }

  /** To be called with each message sent; `written` is what SIP.js wrote where it is a request. */
  sent(message: Message, text: string, to: Peer, written: Message = message): void {
    if (message.status !== null) {
      this.#answered(message, text, to);
      return;
    }
    if (message.method === 'ACK') {
      // An ACK of a 2xx has a branch of its own, and SIP.js sends it again by itself.
      if (this.#requests.has(`${message.branch} INVITE`)) this.#keep(this.#acks, message.branch, text, to);
      return;
    }
    const entry = this.#keep(this.#requests, `${message.branch} ${message.method}`, text, to);
    entry.written = { request: written, to };
    this.#repeat(entry, message.method === 'INVITE' ? Number.POSITIVE_INFINITY : this.#timing.t2);
    const invite = `${message.branch} INVITE`;
    const cancelled = message.method === 'CANCEL' ? this.#requests.get(invite) : undefined;
    if (cancelled) this.#ending(invite, cancelled);
  }

  /** To be called with each message received; false where it is a repetition that has been dealt with. */
  received(message: Message, from: Peer): boolean {
    return message.status === null ? this.#request(message, from) : this.#response(message, message.status);
  }

  /** The request of ours, not over yet, that a response is to: as SIP.js wrote it, and where it went. */
  written({ branch, method }: Message): Written | undefined {
    return this.#requests.get(`${branch} ${method}`)?.written;
  }

  /** A response with a branch of ours whose CSeq names no request that went with it, by the method that did. A CANCEL's may be late. */
  named(response: Message): Message {
    const { branch, status, method } = response;
    if (status === null || method === 'CANCEL' || this.written(response)) return response;
    const methods = [...this.#requests.keys()].flatMap((key) =>
      key.startsWith(`${branch} `) ? key.slice(branch.length + 1) : [],
    );
    // Of INVITE and CANCEL: a refusal ends the INVITE.
    const fits = methods.length > 1 ? methods.find((m) => (m === 'INVITE') === status >= 300) : methods[0];
    return { ...response, method: fits ?? method };
  }

  /** Where the request came from that this is a response of ours to. */
  asker(response: Message): Peer | undefined {
    return this.#answers.get(`${originOf(response)} ${response.method}`)?.to;
  }

  close(): void {
    for (const entries of [this.#requests, this.#acks, this.#answers]) {
      for (const entry of entries.values()) this.#stop(entry);
      entries.clear();
    }
  }

  #response(message: Message, status: number): boolean {
    const key = `${message.branch} ${message.method}`;
    const entry = this.#requests.get(key);
    if (!entry) return true;
    if (status < 200) {
      // RFC 3261 17.1.2.2: a provisional answer slows the repetition of a non-INVITE down and ends that of an INVITE.
      if (message.method === 'INVITE') {
        this.#quiet(entry);
        if (!entry.ending) this.#outlive(this.#requests, key, entry, LONGEST_RING);
      } else entry.interval = this.#timing.t2;
      return true;
    }
    this.#quiet(entry);
    this.#ending(key, entry);
    if (message.method !== 'INVITE') return true;
    if (status < 300) {
      entry.accepted = true;
      return true;
    }
    const ack = this.#acks.get(message.branch);
    // SIP.js acknowledges a refusal, but not one that comes when the call was answered: who sent it would send it for half a minute.
    if (ack) this.#send(ack.text, ack.to);
    else if (entry.accepted) this.#send(ackOf(entry.text, message), entry.to);
    return ack === undefined && !entry.accepted;
  }

  #request(message: Message, from: Peer): boolean {
    const origin = originOf(message);
    if (message.method === 'ACK') {
      const answer = this.#answers.get(`${origin} INVITE`);
      if (answer) this.#quiet(answer);
      return true;
    }
    const key = `${origin} ${message.method}`;
    const known = this.#answers.get(key);
    const dialog = `${message.callId} ${message.fromTag} ${message.toTag}`;
    // One that was hurt on its way is refused as nobody's: what comes whole after it is no repetition of that.
    if (known?.dialog !== dialog) {
      this.#keep(this.#answers, key, '', from).dialog = dialog;
      return true;
    }
    if (known.text !== '') this.#send(known.text, known.to);
    return false;
  }

  #answered(message: Message, text: string, to: Peer): void {
    const key = `${originOf(message)} ${message.method}`;
    const known = this.#answers.get(key);
    if (!known) return;
    const first = known.text !== text;
    known.text = text;
    if (first && message.method === 'INVITE' && (message.status ?? 0) >= 300) {
      const entry = this.#keep(this.#answers, key, text, to);
      if (known.dialog !== undefined) entry.dialog = known.dialog;
      this.#repeat(entry, this.#timing.t2);
    }
  }

  /** Remembers for 64 T1, which covers timers B, D, F, H and J. */
  #keep(entries: Map<string, Sending>, key: string, text: string, to: Peer): Sending {
    const old = entries.get(key);
    if (old) this.#forget(entries, key, old);
    const oldest = entries.entries().next();
    if (entries.size >= MOST_REMEMBERED && !oldest.done) this.#forget(entries, ...oldest.value);
    const end = setTimeout(() => this.#forget(entries, key, entry), 64 * this.#timing.t1);
    const entry: Sending = { text, to, timer: null, interval: this.#timing.t1, end, ending: false };
    entries.set(key, entry);
    return entry;
  }

  /** A request of ours that is answered for good, or an INVITE that is cancelled (9.1), is over in 64 T1, whatever still comes. */
  #ending(key: string, entry: Sending): void {
    entry.ending = true;
    this.#outlive(this.#requests, key, entry, 64 * this.#timing.t1);
  }

  #outlive(entries: Map<string, Sending>, key: string, entry: Sending, span: number): void {
    clearTimeout(entry.end);
    entry.end = setTimeout(() => this.#forget(entries, key, entry), span);
  }

  #repeat(entry: Sending, longest: number): void {
    if (this.#reliable) return;
    entry.timer = setTimeout(() => {
      this.#send(entry.text, entry.to);
      entry.interval = Math.min(entry.interval * 2, longest);
      this.#repeat(entry, longest);
    }, entry.interval);
  }

  #quiet(entry: Sending): void {
    if (entry.timer) clearTimeout(entry.timer);
    entry.timer = null;
  }

  #stop(entry: Sending): void {
    this.#quiet(entry);
    clearTimeout(entry.end);
  }

  #forget(entries: Map<string, Sending>, key: string, entry: Sending): void {
    this.#stop(entry);
    if (entries.get(key) === entry) entries.delete(key);
  }
}

/**
 * What tells one transaction of others from the next: branch and sent-by. A branch without the magic cookie, or with nothing
 * after it, may be the same in all (RFC 3261 17.2.3, RFC 4475 3.2.1).
 */
export function originOf({ branch, via, callId, cseq, fromTag }: Message): string {
  const origin = `${branch} ${via.host}:${via.port ?? ''}`;
  return /^z9hG4bK./i.test(branch) ? origin : `${origin} ${callId} ${cseq} ${fromTag ?? ''}`;
}
