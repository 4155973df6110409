import { randomBytes } from 'node:crypto';
import { NTP_EPOCH, parseRtcp, type ReportBlock, RTCP_LENGTH, type Rtcp, writeRtcp } from './rtcp.ts';
import { SRTP_ROOM } from './srtp.ts';

/** Between two reports, ms: of two members at telephone rates the least time rules (RFC 3550 section 6.2), before chance. */
const INTERVAL = 5_000;
/** Chance makes it half to one and a half of it, and this makes up for members reconsidering (RFC 3550 section 6.3.1). */
const COMPENSATION = Math.E - 1.5;

/** Our last sender reports, by which the far end's answers are known. */
const REMEMBERED = 4;

/** What a control channel asks of the rest of its call. */
export interface Reporting {
  /** What we sent so far. */
  sent(): { ssrc: number; clock: number; packets: number; octets: number };
  /** What came since this was asked last; null before anything did. Jitter in ticks of the far end's clock. */
  received(): Omit<ReportBlock, 'lastReport' | 'sinceLastReport'> | null;
  /** Hands on a compound packet of `length` bytes in `packet`, which has SRTP_ROOM after it. */
  send(packet: Buffer, length: number): void;
}

/** What the far end says of our sound. */
export interface FarReport {
  /** Of all we sent, 0 to 1. */
  loss: number;
  /** In ticks of our clock. */
  jitter: number;
}

/** RTCP of one call: our reports at their times, the far end's read (RFC 3550 section 6). */
export class Control {
  readonly #reporting: Reporting;
  readonly #packet = Buffer.alloc(RTCP_LENGTH + SRTP_ROOM);
  /** Says nothing of the terminal, and is another in each call (RFC 7022 section 4.2). */
  readonly #cname = randomBytes(12).toString('base64');
  /** From the engine's clock to NTP's. */
  readonly #epoch: number;
  #due: number | null = null;
  /** Packets we had sent at our last two reports: a sender is who sent since the one before the last (section 6.4). */
  #before: [number, number] = [0, 0];
  #reports: { middle: number; at: number }[] = [];
  #last: { ssrc: number; middle: number; at: number } | null = null;
  #roundTrip: number | null = null;
  #far: FarReport | null = null;

  /** `now` in ms, of the clock that `tick` and `receive` are told. */
  constructor(reporting: Reporting, now: number) {
    this.#reporting = reporting;
    this.#epoch = Date.now() - now + NTP_EPOCH;
  }

  /** To the far end and back, ms, without the time it took to answer; null where it has not answered. */
  get roundTrip(): number | null {
    return this.#roundTrip;
  }

  /** Null where it has told nothing. */
  get far(): FarReport | null {
    return this.#far;
  }

  /** Once in 20 ms of a call that is connected. */
  tick(now: number): void {
    this.#due ??= now + wait() / 2;
    if (now < this.#due) return;
    this.#due = now + wait();
    this.#report(now, false);
  }

  /** The call is over: a goodbye, where anything was ever said. */
  close(now: number): void {
    if (this.#due !== null) this.#report(now, true);
  }

  /** A compound packet of the far end. Returns what is wrong with it, or null. */
  receive(data: Uint8Array, now: number): string | null {
    const rtcp = parseRtcp(data);
    if (typeof rtcp === 'string') return rtcp;
    if (rtcp.sender) this.#last = { ssrc: rtcp.sender.ssrc, middle: rtcp.sender.lastReport, at: now };
    this.#hear(rtcp, now);
    return null;
  }

  #hear({ blocks }: Rtcp, now: number): void {
    const { ssrc, packets } = this.#reporting.sent();
    const block = blocks.find((block) => block.ssrc === ssrc);
    if (!block || packets === 0) return;
    this.#far = { loss: Math.max(0, Math.min(1, block.lost / packets)), jitter: block.jitter };
    // Only an answer to a report of ours is believed, and it cannot have taken longer to answer than it is since then.
    const ours = this.#reports.find(({ middle }) => middle === block.lastReport);
    if (!ours) return;
    const roundTrip = now - ours.at - block.sinceLastReport * 1_000;
    if (roundTrip > -INTERVAL / 50) this.#roundTrip = Math.max(0, roundTrip);
  }

  #report(now: number, bye: boolean): void {
    const { ssrc, ...sent } = this.#reporting.sent();
    const ntp = now + this.#epoch;
    const sends = sent.packets > this.#before[0];
    this.#before = [this.#before[1], sent.packets];
    if (sends) this.#reports = [{ middle: middleOf(ntp), at: now }, ...this.#reports].slice(0, REMEMBERED);
    const received = this.#reporting.received();
    const last = received?.ssrc === this.#last?.ssrc ? this.#last : null;
    const length = writeRtcp(this.#packet, {
      ssrc,
      sender: sends ? { ntp, ...sent } : null,
      block: received && {
        ...received,
        lastReport: last?.middle ?? 0,
        sinceLastReport: last ? (now - last.at) / 1_000 : 0,
      },
      cname: this.#cname,
      bye,
    });
    this.#reporting.send(this.#packet, length);
  }
}

/** Time to the next report, ms. */
const wait = (): number => (INTERVAL * (0.5 + Math.random())) / COMPENSATION;

/** The middle 32 bits of an NTP time: 16 of seconds and 16 of a second's parts. */
const middleOf = (ms: number): number => {
  const seconds = Math.floor(ms / 1_000);
  const parts = Math.floor(Math.floor((ms / 1_000 - seconds) * 2 ** 32) / 0x10000);
  return ((seconds % 0x10000) * 0x10000 + parts) >>> 0;
};
