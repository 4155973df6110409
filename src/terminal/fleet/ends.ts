import type { Ask } from '../../protocol/ask.ts';
import type { RecordReply } from '../../protocol/messages.ts';
import { type CallId, type Millis, millis } from '../../protocol/units.ts';

type End = Extract<Ask, { type: 'end' }>;

/** A part of the time for an answer: a record that is not on its way after that is held up by something. */
const SOON = 0.1;

interface Waiting {
  timer: NodeJS.Timeout;
  readonly tell: () => void;
}

/**
 * The word that a call is over. Its record says so too, and settles it: only where that does not go out soon, is rejected or gets no
 * answer in time, the platform is told by a request, so that it holds no money longer than that.
 */
export class Ends {
  readonly #patience: Millis;
  readonly #isUnderWay: (call: CallId) => boolean;
  readonly #ask: (call: CallId, request: number, ask: End) => void;
  readonly #waiting = new Map<CallId, Waiting>();

  /**
   * @param patience how long an answer to a record that was sent is waited for @param isUnderWay whether the record of a call was sent
   * @param ask asks the platform now
   */
  constructor(
    patience: Millis,
    isUnderWay: (call: CallId) => boolean,
    ask: (call: CallId, request: number, ask: End) => void,
  ) {
    this.#patience = patience;
    this.#isUnderWay = isUnderWay;
    this.#ask = ask;
  }

  /** A call is over, and its record is being written. */
  end(call: CallId, request: number, ask: End): void {
    const tell = () => {
      this.#waiting.delete(call);
      this.#ask(call, request, ask);
    };
    const soon = millis(this.#patience * SOON);
    const waiting = { tell, timer: setTimeout(() => later(), soon) };
    const later = () => {
      if (!this.#isUnderWay(call)) return tell();
      waiting.timer = setTimeout(tell, this.#patience - soon);
    };
    this.#waiting.set(call, waiting);
  }

  /** The platform has answered a record: one that it rejects ends nothing. */
  recorded({ call, result }: RecordReply): void {
    const waiting = this.#waiting.get(call);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(call);
    if (result === 'rejected') waiting.tell();
  }

  /** Nothing is waited for any more: what the platform does not know yet it is told. */
  close(): void {
    for (const { timer, tell } of [...this.#waiting.values()]) {
      clearTimeout(timer);
      tell();
    }
  }
}
