import { isIP } from 'node:net';
import { within } from '../within.ts';

/** Where media goes, by name (RFC 8866 5.7). Whoever holds it otherwise than as a host has no place. */
const NAMED = /^(c=IN IP[46] )([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\.?)(?=[/\s]|$)/gm;

/** Names of one call that are asked for. */
const MOST = 8;

/** How long a call waits for an address of its media, ms: the far end says its 200 again meanwhile. */
const PATIENCE = 4_000;

/** The hosts that the SDPs of one call name in place of addresses. */
export class Places {
  readonly #lookUp: (host: string) => Promise<readonly string[]>;
  readonly #addresses = new Map<string, string>();

  /** `lookUp` may reject. */
  constructor(lookUp: (host: string) => Promise<readonly string[]>) {
    this.#lookUp = lookUp;
  }

  /** The SDP with an address for each host that has one. Resolves in bounded time. */
  async found(sdp: string): Promise<string> {
    const hosts = new Set([...sdp.matchAll(NAMED)].map(([, , host = '']) => host).filter((host) => !isIP(host)));
    const asked = [...hosts].slice(0, MOST);
    if (asked.length > 0) await within(PATIENCE, Promise.all(asked.map((host) => this.#ask(host))));
    return this.known(sdp);
  }

  /** The SDP with the addresses that are known from before. */
  known(sdp: string): string {
    return sdp.replace(NAMED, (line, start: string, host: string) => {
      const address = this.#addresses.get(host);
      return address ? start + address : line;
    });
  }

  async #ask(host: string): Promise<void> {
    const [address] = await this.#lookUp(host).catch(() => []);
    if (address !== undefined && this.#addresses.size < MOST) this.#addresses.set(host, address);
  }
}
