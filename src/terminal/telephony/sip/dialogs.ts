import type { Session, SessionDescriptionHandler } from 'sip.js';
import type { Attempt } from './attempt.ts';
import type { Message } from './message.ts';

/**
 * The dialogs under way, by Call-ID: those of calls, and those of attempts that were given up and may still be answered.
 * What a wire asks about messages inside calls is asked here.
 */
export class Dialogs {
  readonly #attempts = new Map<string, Attempt>();
  readonly #descriptions = new WeakMap<Session, SessionDescriptionHandler>();

  add(callId: string, attempt: Attempt): void {
    this.#attempts.set(callId, attempt);
  }

  /** No effect where the Call-ID is another's by now. */
  remove(callId: string, attempt: Attempt): void {
    if (this.#attempts.get(callId) === attempt) this.#attempts.delete(callId);
  }

  /** Gives SIP.js the offers and answers of a session. */
  describe(session: Session, description: SessionDescriptionHandler): void {
    this.#descriptions.set(session, description);
  }

  /** @throws Error for a session that is no call of ours. */
  descriptionOf(session: Session): SessionDescriptionHandler {
    const description = this.#descriptions.get(session);
    if (!description) throw new Error('a session that is no call of ours');
    return description;
  }

  /** Whether a Call-ID is of a dialog under way. */
  knows(callId: string): boolean {
    return this.#attempts.has(callId);
  }

  /** Whether an INVITE of that Call-ID is still to be made: one hung up meanwhile must not be sent anew. */
  wants(callId: string): boolean {
    return this.#attempts.get(callId)?.wanted === true;
  }

  /** A request inside a dialog: returns the response to send, or null where SIP.js is to have it. */
  asked(request: Message): string | null {
    return this.#attempts.get(request.callId)?.asked(request) ?? null;
  }

  /** A response to an INVITE: returns it as SIP.js is to see it. */
  answered(response: Message): Message {
    return this.#attempts.get(response.callId)?.answered(response) ?? response;
  }

  /** The same, after SIP.js has had it. */
  delivered(response: Message): void {
    this.#attempts.get(response.callId)?.delivered(response);
  }

  /** A response of SIP.js: returns it as the far end is to see it. */
  answering(response: Message): Message {
    return this.#attempts.get(response.callId)?.answering(response) ?? response;
  }

  /** Forgets every dialog, whatever the far ends still say. */
  close(): void {
    for (const attempt of [...this.#attempts.values()]) attempt.forget();
  }
}
