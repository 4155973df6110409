import { randomInt } from 'node:crypto';
import type { BodyAndContentType, SessionDescriptionHandler } from 'sip.js';
import type { Codec, RemoteMedia } from '../../port.ts';
import { Places } from './places.ts';
import { OwnKeys, type SrtpPolicy } from './sdes.ts';
import { type LocalMedia, type Offer, readAnswer, readOffer, remoteOf, writeAnswer, writeOffer } from './sdp.ts';
import { UnusableSdp } from './sdp-read.ts';
import { mediaType } from './session-body.ts';

/** What a call's descriptions are made of. */
export interface DescriptionOptions {
  readonly address: string;
  readonly port: number;
  readonly codecs: readonly Codec[];
  readonly srtp: SrtpPolicy;
  /** Addresses of a host, of the IP that is ours. May reject, and take its time. */
  addresses(host: string): Promise<readonly string[]>;
  /** Told each time the far end says where it takes its media. */
  connect(remote: RemoteMedia): void;
}

/** Most early dialogs of one call that may change what they said. */
const MOST_EARLY = 8;

/** Offer and answer of one call (RFC 3264), as SIP.js asks for them. */
export class Description implements SessionDescriptionHandler {
  readonly #options: DescriptionOptions;
  readonly #id = randomInt(1, 2 ** 31);
  readonly #keys = new OwnKeys();
  #version = 0;
  /** What we said last. */
  #last: string | null = null;
  /** The next offer changes nothing. */
  #repeating = false;
  /** Where the far end takes its media. */
  #remote: RemoteMedia | null = null;
  /** An offer of the far end that has not been answered. */
  #offer: Offer | null = null;
  /** Our own offer is out and waits for its answer. */
  #offered = false;
  /** What early dialogs have changed by UPDATE, by the far end's tag. */
  readonly #early = new Map<string, RemoteMedia>();
  #settled: RemoteMedia | null = null;
  readonly #places: Places;
  #closed = false;

  constructor(options: DescriptionOptions) {
    this.#options = options;
    this.#places = new Places((host) => options.addresses(host));
  }

  /** From now on descriptions are refused and media is left alone. */
  close(): void {
    this.#closed = true;
  }

  hasDescription(contentType: string): boolean {
    return mediaType(contentType) === 'application/sdp';
  }

  /** The next offer will be what we said last, word for word: it only says that we are alive (RFC 4028 7.4). */
  repeat(): void {
    this.#repeating = true;
  }

  /** Our offer, or the answer to the offer that was set. */
  async getDescription(): Promise<BodyAndContentType> {
    if (this.#closed) throw new Error('the call is over');
    const offer = this.#offer;
    const repeating = this.#repeating;
    this.#offer = null;
    this.#repeating = false;
    this.#offered = offer === null;
    const body = offer ? this.#answer(offer) : repeating && this.#last ? this.#last : this.#write(writeOffer);
    return { body, contentType: 'application/sdp' };
  }

  /** The far end's answer or offer. Rejects with UnusableSdp. */
  async setDescription(text: string): Promise<void> {
    if (this.#closed) throw new Error('the call is over');
    const answered = this.#offered;
    const settled = this.#settled;
    this.#offered = false;
    this.#settled = null;
    const sdp = settled ? text : await this.#places.found(text);
    if (this.#closed) throw new Error('the call is over');
    if (answered) this.#connect(settled ?? readAnswer(sdp, this.#local));
    else this.#offer = this.#read(sdp);
  }

  async rollbackDescription(): Promise<void> {
    this.#offer = null;
    this.#offered = false;
  }

  /**
   * The answer to an offer that came by UPDATE (RFC 3311). `early` is the far end's tag where the call is not answered:
   * media is then left alone until it is, by that leg. A host that this call has not heard of yet makes it unusable: nobody waits for
   * a name server here.
   * @throws UnusableSdp
   */
  update(sdp: string, early: string | null): string {
    const offer = this.#read(this.#places.known(sdp));
    if (early === null) return this.#answer(offer);
    if (this.#early.size >= MOST_EARLY && !this.#early.has(early)) throw new UnusableSdp('too many early dialogs');
    const answer = this.#write((local) => writeAnswer(local, offer));
    this.#early.set(early, remoteOf(offer, this.#local));
    return answer;
  }

  /** The leg of that tag is about to be the call. */
  settle(tag: string): void {
    this.#settled = this.#early.get(tag) ?? null;
    this.#early.clear();
  }

  /** Digits go by the media port, not through SIP.js. */
  sendDtmf(): boolean {
    return false;
  }

  get #local(): LocalMedia {
    return { ...this.#options, keys: this.#keys, id: this.#id, version: this.#version };
  }

  #read(sdp: string): Offer {
    return readOffer(sdp, this.#local);
  }

  /** Answers and changes over. */
  #answer(offer: Offer): string {
    const { address, port } = offer.audio;
    // Who has not heard our stream from its start cannot tell its packet count.
    if (this.#remote && (this.#remote.address !== address || this.#remote.port !== port)) this.#keys.renew();
    const answer = this.#write((local) => writeAnswer(local, offer));
    this.#connect(remoteOf(offer, this.#local));
    return answer;
  }

  /** The version grows only with what is said (RFC 3264 8). */
  #write(write: (local: LocalMedia) => string): string {
    const same = write(this.#local);
    if (same === this.#last) return same;
    this.#version += 1;
    this.#last = write(this.#local);
    return this.#last;
  }

  #connect(remote: RemoteMedia): void {
    this.#remote = remote;
    this.#options.connect(remote);
  }
}
