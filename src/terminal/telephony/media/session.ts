import { isIP } from 'node:net';
import type { CallQuality } from '../../audio/port.ts';
import type { RemoteMedia } from '../port.ts';
import { Control } from './control.ts';
import { Quality } from './quality.ts';
import { Receiver } from './receiver.ts';
import { parseRtp } from './rtp.ts';
import { Sender } from './sender.ts';
import type { SocketPair } from './socket.ts';
import type { Place } from './source.ts';
import { type MediaStats, noStats } from './stats.ts';
import { type Channel, Transport } from './transport.ts';

/** What a session tells. */
export interface SessionListener {
  digit(digit: string, source: 'rfc4733' | 'in-band'): void;
  /** Nothing has come for `silence` ms. */
  lost(silence: number): void;
  quality(quality: CallQuality): void;
  /** Something threw where nobody else could catch it: the session is of no use any more. */
  failed(cause: unknown): void;
  malformed(kind: string, detail: string): void;
}

/** Addresses that stand for no address: how a hold was signalled before RFC 3264. */
const NOWHERE = ['0.0.0.0', '::'];

/** The media of one call: a socket, what comes in by it and what goes out. */
export class Session {
  readonly stats: MediaStats = noStats();
  readonly #transport: Transport;
  readonly #listener: SessionListener;
  readonly #timeout: number;
  readonly #now: () => number;
  readonly #receiver: Receiver;
  readonly #sender: Sender;
  readonly #control: Control;
  readonly #quality = new Quality();
  #remote: RemoteMedia | null = null;
  #sends = false;
  /** The far end has said that it sends. */
  #expects = false;
  /** When we last heard the far end; null before it was expected, and once it was told lost. */
  #heard: number | null = null;

  /**
   * `timeout` and the clock `now` in ms; `steady` is how long packets wait where sound may not be bent. Owns the sockets from now on.
   */
  constructor(
    sockets: SocketPair,
    { timeout, now, steady = null }: { timeout: number; now: () => number; steady?: number | null },
    listener: SessionListener,
  ) {
    this.#now = now;
    this.#transport = new Transport(
      sockets,
      this.stats,
      {
        rtp: (data, vouched) => this.#rtp(data, vouched),
        rtcp: (data) => this.#rtcp(data),
        failed: (cause) => listener.failed(cause),
        malformed: (kind, detail) => listener.malformed(kind, detail),
      },
      now,
    );
    this.#timeout = timeout;
    this.#listener = listener;
    this.#receiver = new Receiver(this.stats, listener, steady);
    this.#sender = new Sender(this.#transport, this.stats);
    this.#control = new Control(
      {
        sent: () => this.#sender.report,
        received: () => this.#receiver.report(),
        send: (packet, length) => this.#transport.sendRtcp(packet, length),
      },
      now(),
    );
  }

  get port(): number {
    return this.#transport.port;
  }

  /** The far end's SDP, first or new. One that cannot be sent to is told and not obeyed. */
  connect(remote: RemoteMedia): void {
    const { address, port, direction } = remote;
    if (isIP(address) === 0 || !Number.isInteger(port) || port < 1 || port > 65_535) {
      this.#listener.malformed('remote', `SDP: media at ${address} port ${port}: an IP address and a port are wanted`);
      return;
    }
    try {
      if (this.#transport.connect(remote)) this.#sender.renew();
    } catch (cause) {
      // Without its key nothing may go out: the call goes on as it was, or stays silent.
      this.#listener.malformed('keys', `SDP: ${cause instanceof Error ? cause.message : String(cause)}`);
      return;
    }
    this.#remote = remote;
    this.#sends = (direction === 'sendrecv' || direction === 'recvonly') && !NOWHERE.includes(address);
    const expected = this.#expects;
    this.#expects = direction === 'sendrecv' || direction === 'sendonly';
    if (this.#expects && !expected) this.#heard = this.#now();
  }

  /** RTP timestamp of the frame `receive` gave last; null where none of it is the far end's. */
  get farTime(): number | null {
    return this.#receiver.playedTimestamp;
  }

  /** RTP timestamp of the frame that `send` takes next. */
  get nearTime(): number {
    return this.#sender.report.clock;
  }

  press(digit: string): void {
    this.#sender.press(digit);
  }

  /** The far end's next 20 ms, at 16 kHz. */
  receive(frame: Int16Array, now: number): void {
    this.#transport.tick();
    this.#receiver.take(frame, now);
    this.#watch(now);
    if (!this.#expects || this.#heard === null || now - this.#heard < this.#timeout) return;
    const silence = Math.round(now - this.#heard);
    this.#heard = null;
    this.#listener.lost(silence);
  }

  /** 20 ms for the far end, at 16 kHz. */
  send(frame: Int16Array, now: number): void {
    if (this.#remote && !NOWHERE.includes(this.#remote.address)) this.#control.tick(now);
    if (this.#remote && this.#sends) this.#sender.send(frame, this.#remote);
    else this.#sender.pause(1);
  }

  /** Time that was passed over. */
  skip(ticks: number): void {
    this.#receiver.skip(ticks);
    this.#sender.pause(ticks);
  }

  /** Anything that came to one of our ports. */
  datagram(data: Buffer, from: Place, channel: Channel): void {
    this.#transport.datagram(data, from, channel);
  }

  /** Forgets all sound under way, both ways. */
  flush(): void {
    this.#receiver.flush();
    this.#sender.flush();
  }

  close(): void {
    try {
      this.#control.close(this.#now());
    } finally {
      this.#transport.close();
    }
  }

  #rtp(data: Buffer, vouched: boolean): void {
    if (!this.#remote) return;
    const packet = parseRtp(data);
    if (typeof packet === 'string') {
      this.stats.malformed += 1;
      this.#listener.malformed('rtp', packet);
      return;
    }
    const now = this.#now();
    this.stats.received += 1;
    this.#heard = now;
    this.#receiver.packet(packet, this.#remote, { now, vouched });
  }

  #rtcp(data: Buffer): void {
    const wrong = this.#control.receive(data, this.#now());
    if (wrong === null) this.stats.rtcpReceived += 1;
    else {
      this.stats.malformed += 1;
      this.#listener.malformed('rtcp', wrong);
    }
  }

  /** Tells how the call is heard, when it is time. */
  #watch(now: number): void {
    if (!this.#quality.isOver(now)) return;
    const { far, roundTrip } = this.#control;
    const clock = this.#remote?.format.codec === 'opus' ? 48 : 8;
    const quality = this.#quality.judge(this.#receiver.listening(), {
      encrypted: this.#transport.encrypted,
      jitter: this.stats.jitter,
      roundTrip,
      far: far && { loss: far.loss, jitter: far.jitter / clock },
    });
    if (quality) this.#listener.quality(quality);
  }
}
