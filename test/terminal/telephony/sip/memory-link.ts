import type { Peer } from '../../../../src/terminal/telephony/sip/config.ts';
import type { Link, LinkListener } from '../../../../src/terminal/telephony/sip/link/link.ts';
import type { openLink } from '../../../../src/terminal/telephony/sip/link/open-link.ts';

/** The port at which a far end in memory is. */
export const FAR_PORT = 5_070;

const FAR: Peer = { address: '127.0.0.1', port: FAR_PORT };
const LOCAL: Peer = { address: '127.0.0.1', port: 5_060 };

/**
 * The network between a terminal and its server without sockets: texts as UDP carries them, each on its way until the next turn of
 * the loop, none lost.
 */
export class MemoryLink {
  #listener: LinkListener | null = null;
  /** Is given what the terminal says. */
  hear: (text: string) => void = () => undefined;
  /** On their way. */
  #under = 0;

  /** To be given to `openAccount`. */
  readonly open: typeof openLink = async (_trunk, _account, _options, listener) => {
    this.#listener = listener;
    const link: Link = {
      protocol: 'UDP',
      reliable: false,
      local: LOCAL,
      send: async (text) => this.#carry(() => this.hear(text)),
      close: async () => {
        this.#listener = null;
      },
    };
    return { link, stream: null };
  };

  /** Says something to the terminal, as the trunk's server. */
  say(text: string): void {
    this.#carry(() => this.#listener?.message(text, FAR));
  }

  /** Resolves when nothing is on its way any more, and both ends have done what they do about what came at once. */
  async quiet(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.#under > 0);
  }

  #carry(deliver: () => void): void {
    this.#under += 1;
    setImmediate(() => {
      this.#under -= 1;
      deliver();
    });
  }
}
