import { isIPv6, SocketAddress } from 'node:net';
import { DigitTrust } from './digit-trust.ts';

/** Authentic packets in a row from another place before our sound goes there too. */
const MOVES = 10;

/** An address and a port. */
export interface Place {
  address: string;
  port: number;
}

/** The address in the one way of writing it; an IPv4 address mapped into IPv6 is the IPv4 one. */
function plain(address: string): string {
  const [bare = ''] = address.split('%');
  const plainest = isIPv6(bare) ? new SocketAddress({ address: bare, family: 'ipv6' }).address : bare;
  return plainest.replace(/^::ffff:(?=\d+\.)/, '');
}

/**
 * Where the far end is: who may send us sound, and where ours goes (RFC 7362 tells what can go wrong).
 *
 * Plain RTP can be forged by whoever knows our port. So only the address of the far end's SDP is heard, and of its ports the one
 * that came first (a translator keeps the address and may change the port), unless the very port of the SDP speaks too; and
 * ours goes where the SDP says, always. Authentic packets are heard from anywhere, and our sound follows after ten in a row from
 * one other place: one that was caught and sent on by somebody else does not turn it.
 */
export class Source {
  readonly #sdp: Place;
  readonly #address: string;
  /** As the operating system writes it, once it has: then there is nothing to work out for a packet. */
  #written: string | null = null;
  #latched: number | null = null;
  #target: Place;
  readonly #trust = new DigitTrust();
  #candidate: (Place & { count: number }) | null = null;

  constructor(sdp: Place) {
    this.#sdp = sdp;
    this.#address = plain(sdp.address);
    this.#target = sdp;
  }

  /** Where our packets go. */
  get target(): Place {
    return this.#target;
  }

  /** True of the address of the SDP. */
  knows(address: string): boolean {
    if (address === this.#written) return true;
    if (plain(address) !== this.#address) return false;
    this.#written = address;
    return true;
  }

  /** Whether a packet that nothing vouches for is the far end's. */
  accepts({ address, port }: Place): boolean {
    if (!this.knows(address)) return false;
    if (port === this.#sdp.port || this.#latched === null) this.#latched = port;
    return port === this.#latched;
  }

  /** Whether keys of the stream `ssrc` count, of which a packet that was accepted came from `port` at `now`, ms. */
  believes(ssrc: number, port: number, now: number): boolean {
    return this.#trust.believes({ ssrc, exact: port === this.#sdp.port }, now);
  }

  /** An authentic packet came from `place`. */
  authentic(place: Place): void {
    if (same(place, this.#target)) {
      this.#candidate = null;
      return;
    }
    if (!this.#candidate || !same(place, this.#candidate)) this.#candidate = { ...place, count: 0 };
    this.#candidate.count += 1;
    if (this.#candidate.count < MOVES) return;
    this.#target = place;
    this.#candidate = null;
  }

  isAt({ address, port }: Place): boolean {
    return this.knows(address) && port === this.#sdp.port;
  }
}

const same = (a: Place, b: Place): boolean =>
  a.port === b.port && (a.address === b.address || plain(a.address) === plain(b.address));
