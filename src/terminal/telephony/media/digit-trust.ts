/** A stream that took another's place is believed when it has been the only one for this long, ms. */
const ALONE = 5_000;

/** A stream of RTP: its SSRC, and whether it comes from the very port of the SDP. */
interface Stream {
  readonly ssrc: number;
  readonly exact: boolean;
}

/**
 * Whose keys count where nothing vouches for a packet: a key may accept a call, and who knows our port can send one in the far
 * end's name, but not its SSRC. So it is the first stream from the very port of the SDP; any other, once it has been alone for
 * five seconds, as a far end that puts the call through or sends from another port than it takes at always is.
 */
export class DigitTrust {
  #believed: Stream | null = null;
  #other: (Stream & { readonly since: number }) | null = null;

  /** A packet of that stream came at `now` (ms): are its keys the far end's? */
  believes(stream: Stream, now: number): boolean {
    const { ssrc, exact } = stream;
    const known = this.#believed?.ssrc === ssrc;
    if (known || (exact && !this.#believed?.exact)) {
      this.#believed = { ssrc, exact: exact || (known && this.#believed?.exact === true) };
      this.#other = null;
      return true;
    }
    if (this.#other?.ssrc !== ssrc || this.#other.exact !== exact) this.#other = { ssrc, exact, since: now };
    if (now - this.#other.since < ALONE) return false;
    this.#believed = stream;
    this.#other = null;
    return true;
  }
}
