import type { Socket } from 'node:dgram';
import type { RemoteMedia } from '../port.ts';
import { HEADER, isRtcp, isStun } from './rtp.ts';
import type { SocketPair } from './socket.ts';
import { type Place, Source } from './source.ts';
import type { Opened } from './srtp.ts';
import { SrtpContext } from './srtp-context.ts';
import type { MediaStats } from './stats.ts';

/** Which of our two ports a datagram came to. */
export type Channel = 'rtp' | 'rtcp';

/** What a transport hands on: packets of the far end, authentic where the call has keys. */
export interface TransportListener {
  /** `vouched`: it is authentic, or of the stream that the SDP tells of (`DigitTrust`). */
  rtp(data: Buffer, vouched: boolean): void;
  rtcp(data: Buffer): void;
  /** Something threw over a datagram: nothing of this call can be relied on. */
  failed(cause: unknown): void;
  malformed(kind: string, detail: string): void;
}

/** Packets from elsewhere than the far end's address whose tag is checked, in 20 ms: what a flood of them may cost. */
const STRANGERS = 2;

/** The way of one call's packets: two ports, SRTP between them and all else, and who the far end is. */
export class Transport {
  readonly #sockets: SocketPair;
  readonly #stats: MediaStats;
  readonly #listener: TransportListener;
  readonly #now: () => number;
  #remote: RemoteMedia | null = null;
  #source: Source | null = null;
  #srtp: SrtpContext | null = null;
  #strangers = STRANGERS;

  /** `now` in ms. Owns the sockets from now on. */
  constructor(sockets: SocketPair, stats: MediaStats, listener: TransportListener, now: () => number) {
    this.#sockets = sockets;
    this.#stats = stats;
    this.#listener = listener;
    this.#now = now;
    for (const channel of ['rtp', 'rtcp'] as const) {
      const socket = sockets[channel];
      socket.on('message', (data, from) => this.#take(data, from, channel));
      socket.on('error', (cause) => listener.malformed('socket', `RTP: socket: ${cause.message}`));
    }
  }

  get port(): number {
    return this.#sockets.rtp.address().port;
  }

  get encrypted(): boolean {
    return this.#srtp !== null;
  }

  /** The far end's SDP. True where we must take another SSRC. Throws where its keys are not as its suite wants them. */
  connect(remote: RemoteMedia): boolean {
    const { srtp } = remote;
    let renew = false;
    if (!srtp) this.#srtp = null;
    else if (this.#srtp) renew = this.#srtp.rekey(srtp, this.#now());
    else this.#srtp = new SrtpContext(srtp);
    if (!this.#source?.isAt(remote)) this.#source = new Source({ address: remote.address, port: remote.port });
    this.#remote = remote;
    return renew;
  }

  /** Once in 20 ms. */
  tick(): void {
    this.#strangers = STRANGERS;
  }

  /** Anything that comes to one of our ports. It may be changed. */
  datagram(data: Buffer, from: Place, channel: Channel): void {
    if (!this.#source || isStun(data)) return;
    const kind = channel === 'rtcp' || isRtcp(data) ? 'rtcp' : 'rtp';
    const opened = this.#srtp ? this.#open(this.#srtp, data, from, kind) : this.#plain(data, from, kind);
    if (!opened) return;
    if (kind === 'rtcp') this.#listener.rtcp(opened);
    else this.#listener.rtp(opened, this.#srtp !== null || this.#vouched(opened, from));
  }

  /** Sends an RTP packet of `length` bytes in `packet`, which has SRTP_ROOM after it. */
  sendRtp(packet: Buffer, length: number): void {
    if (!this.#source) return;
    const whole = this.#srtp ? this.#srtp.protect(packet, length) : length;
    const { address, port } = this.#source.target;
    if (whole === 0) this.#stats.sendFailed += 1;
    else this.#sockets.rtp.send(packet, 0, whole, port, address, this.#sent);
  }

  /** The same of a compound RTCP packet; from our RTP port where the far end takes both at one (RFC 5761). */
  sendRtcp(packet: Buffer, length: number): void {
    if (!this.#remote || !this.#source || this.#remote.rtcpPort === null) return;
    const whole = this.#srtp ? this.#srtp.protectRtcp(packet, length) : length;
    const shared = this.#remote.rtcpPort === this.#remote.port;
    const socket: Socket = shared ? this.#sockets.rtp : this.#sockets.rtcp;
    const { address } = this.#source.target;
    const port = shared ? this.#source.target.port : this.#remote.rtcpPort;
    if (whole > 0) socket.send(packet, 0, whole, port, address, this.#sentRtcp);
  }

  close(): void {
    this.#sockets.rtp.close();
    this.#sockets.rtcp.close();
  }

  /** In the event loop nobody else would catch what is thrown, and the thread of all sound would end. */
  #take(data: Buffer, from: Place, channel: Channel): void {
    try {
      this.datagram(data, from, channel);
    } catch (cause) {
      this.#listener.failed(cause);
    }
  }

  #vouched(data: Buffer, { port }: Place): boolean {
    return data.length >= HEADER && this.#source?.believes(data.readUInt32BE(8), port, this.#now()) === true;
  }

  #plain(data: Buffer, from: Place, kind: Channel): Buffer | null {
    const known = kind === 'rtp' ? this.#source?.accepts(from) : this.#source?.knows(from.address);
    if (known) return data;
    this.#stats.strangers += 1;
    return null;
  }

  /** What is not authentic is dropped before anything looks into it. */
  #open(srtp: SrtpContext, data: Buffer, from: Place, kind: Channel): Buffer | null {
    const known = this.#source?.knows(from.address) || from.address === this.#source?.target.address;
    if (!known && --this.#strangers < 0) {
      this.#stats.strangers += 1;
      return null;
    }
    const opened: Opened = kind === 'rtp' ? srtp.open(data, this.#now()) : srtp.openRtcp(data, this.#now());
    if (typeof opened !== 'string') {
      if (kind === 'rtp') this.#source?.authentic({ address: from.address, port: from.port });
      return opened;
    }
    if (!known) this.#stats.strangers += 1;
    else if (opened === 'replayed') this.#stats.duplicates += 1;
    else this.#stats.unauthentic += 1;
    return null;
  }

  readonly #sent = (cause: Error | null): void => {
    if (cause) this.#stats.sendFailed += 1;
    else this.#stats.sent += 1;
  };

  readonly #sentRtcp = (cause: Error | null): void => {
    if (!cause) this.#stats.rtcpSent += 1;
  };
}
