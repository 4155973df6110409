import { isIPv6, SocketAddress } from 'node:net';

/** The address in the one way of writing it; an IPv4 address mapped into IPv6 is the IPv4 one. */
function plain(address: string): string {
  const [bare = ''] = address.split('%');
  const plainest = isIPv6(bare) ? new SocketAddress({ address: bare, family: 'ipv6' }).address : bare;
  return plainest.replace(/^::ffff:(?=\d+\.)/, '');
}

/**
 * Who may send us sound: the address of the far end's SDP, and of its ports the one that came first (symmetric RTP behind a
 * translator keeps the address and may change the port), unless the very port of the SDP speaks too.
 */
export class Source {
  readonly #address: string;
  readonly #port: number;
  #latched: number | null = null;

  constructor(address: string, port: number) {
    this.#address = plain(address);
    this.#port = port;
  }

  accepts(address: string, port: number): boolean {
    if (plain(address) !== this.#address) return false;
    if (port === this.#port || this.#latched === null) this.#latched = port;
    return port === this.#latched;
  }

  isAt(address: string, port: number): boolean {
    return plain(address) === this.#address && port === this.#port;
  }
}
