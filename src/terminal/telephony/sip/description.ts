import { randomInt } from 'node:crypto';
import type { BodyAndContentType, SessionDescriptionHandler } from 'sip.js';
import type { Codec, RemoteMedia } from '../port.ts';
import { readRemote, writeAnswer, writeOffer } from './sdp.ts';

/** What a call's descriptions are made of. */
export interface DescriptionOptions {
  readonly address: string;
  readonly port: number;
  readonly codecs: readonly Codec[];
  /** Told each time the far end says where it takes its media. */
  connect(remote: RemoteMedia): void;
}

/** Offer and answer of one call (RFC 3264), as SIP.js asks for them. */
export class Description implements SessionDescriptionHandler {
  readonly #options: DescriptionOptions;
  readonly #id = randomInt(1, 2 ** 31);
  #version = 0;
  /** An offer of the far end that has not been answered. */
  #offer: { readonly sdp: string; readonly remote: RemoteMedia } | null = null;
  /** Our own offer is out and waits for its answer. */
  #offered = false;
  #closed = false;

  constructor(options: DescriptionOptions) {
    this.#options = options;
  }

  /** From now on descriptions are refused and media is left alone. */
  close(): void {
    this.#closed = true;
  }

  hasDescription(contentType: string): boolean {
    return contentType.toLowerCase().startsWith('application/sdp');
  }

  /** Our offer, or the answer to the offer that was set. */
  async getDescription(): Promise<BodyAndContentType> {
    if (this.#closed) throw new Error('the call is over');
    this.#version += 1;
    const local = { ...this.#options, id: this.#id, version: this.#version };
    const offer = this.#offer;
    this.#offer = null;
    this.#offered = offer === null;
    const body = offer ? writeAnswer(local, offer.sdp, offer.remote) : writeOffer(local);
    return { body, contentType: 'application/sdp' };
  }

  /** The far end's answer or offer. Rejects with UnusableSdp. */
  async setDescription(sdp: string): Promise<void> {
    if (this.#closed) throw new Error('the call is over');
    const remote = readRemote(sdp, this.#options.codecs);
    if (!this.#offered) this.#offer = { sdp, remote };
    this.#offered = false;
    this.#options.connect(remote);
  }

  async rollbackDescription(): Promise<void> {
    this.#offer = null;
    this.#offered = false;
  }

  /** Digits go by the media port, not through SIP.js. */
  sendDtmf(): boolean {
    return false;
  }
}
