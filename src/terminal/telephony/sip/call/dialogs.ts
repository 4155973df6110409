import type { Session, SessionDescriptionHandler } from 'sip.js';
import type { Dialog } from '../wire/canonical.ts';
import type { Message } from '../wire/message.ts';

/** What a message inside a dialog is about. */
interface Owner {
  /** Its INVITE is still to be made where it has not been. */
  readonly wanted: boolean;
  asked(request: Message): string | null;
  dialog(request: Message): Dialog | null;
  answered(response: Message): Message;
  delivered(response: Message): void;
  answering(response: Message): Message;
  forget(): void;
}

/**
 * The dialogs under way, by Call-ID: those of calls, and those of attempts that were given up and may still be answered.
 * What a wire asks about messages inside calls is asked here.
 */
export class Dialogs {
  readonly #owners = new Map<string, Owner>();
  readonly #descriptions = new WeakMap<Session, SessionDescriptionHandler>();

  add(callId: string, owner: Owner): void {
    this.#owners.set(callId, owner);
  }

  /** No effect where the Call-ID is another's by now. */
  remove(callId: string, owner: Owner): void {
    if (this.#owners.get(callId) === owner) this.#owners.delete(callId);
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
    return this.#owners.has(callId);
  }

  /** Whether an INVITE of that Call-ID is still to be made: one hung up meanwhile must not be sent anew. */
  wants(callId: string): boolean {
    return this.#owners.get(callId)?.wanted === true;
  }

  /** A request inside a dialog: returns the response to send, or null where SIP.js is to have it. */
  asked(request: Message): string | null {
    return this.#owners.get(request.callId)?.asked(request) ?? null;
  }

  /** The dialog of a request; null where there is none. */
  dialog(request: Message): Dialog | null {
    return this.#owners.get(request.callId)?.dialog(request) ?? null;
  }

  /** A response to an INVITE: returns it as SIP.js is to see it. */
  answered(response: Message): Message {
    return this.#owners.get(response.callId)?.answered(response) ?? response;
  }

  /** The same, after SIP.js has had it. */
  delivered(response: Message): void {
    this.#owners.get(response.callId)?.delivered(response);
  }

  /** A response of SIP.js: returns it as the far end is to see it. */
  answering(response: Message): Message {
    return this.#owners.get(response.callId)?.answering(response) ?? response;
  }

  /** Forgets every dialog, whatever the far ends still say. */
  close(): void {
    for (const owner of [...this.#owners.values()]) owner.forget();
  }
}
