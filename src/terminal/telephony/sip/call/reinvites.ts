import type { Message } from '../wire/message.ts';
import { headersOf } from './inside.ts';
import type { SessionTimer } from './session-timer.ts';

/** What a call does about the re-INVITEs of the far end beside what SIP.js does: session timer, and the wait for the ACK. */
export class Reinvites {
  readonly #timer: SessionTimer;
  /** How long the ACK of a 2xx is waited for, ms (RFC 3261 13.3.1.4: 64 T1). */
  readonly #patience: number;
  readonly #lost: () => void;
  /** The last, and what our 2xx to it says beside what SIP.js writes. */
  #last: { readonly request: Message; headers: Message['headers'] | null } | null = null;
  #waiting: NodeJS.Timeout | null = null;

  /** `lost` is told where the ACK of a 2xx never comes: SIP.js gives up repeating that without a word. */
  constructor(timer: SessionTimer, patience: number, lost: () => void) {
    this.#timer = timer;
    this.#patience = patience;
    this.#lost = lost;
  }

  /** A re-INVITE that SIP.js is going to answer. */
  came(request: Message): void {
    this.#last = { request, headers: null };
  }

  /** An ACK came; false where it is of no re-INVITE, or of one before the last. */
  acknowledged(ack: Message): boolean {
    if (ack.cseq !== this.#last?.request.cseq) return false;
    this.close();
    return true;
  }

  /** A response of SIP.js: returns it as the far end is to see it, each time that it is repeated. */
  answering(response: Message): Message {
    const status = response.status ?? 0;
    const last = this.#last;
    if (response.method !== 'INVITE' || status < 200 || status >= 300) return response;
    if (last?.request.cseq !== response.cseq) return response;
    if (!last.headers) {
      this.close();
      this.#waiting = setTimeout(this.#lost, this.#patience);
    }
    last.headers ??= [['supported', 'timer'], ...this.#timer.accepts(headersOf(last.request))];
    return { ...response, headers: [...response.headers, ...last.headers] };
  }

  close(): void {
    if (this.#waiting) clearTimeout(this.#waiting);
    this.#waiting = null;
  }
}
