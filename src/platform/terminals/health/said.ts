import { EventMessage, StatusMessage, type TerminalStatus } from '../../../protocol/messages.ts';
import { parseTerminalTopic } from '../../../protocol/topics.ts';
import type { FacilityId, Instant, TerminalId } from '../../../protocol/units.ts';

/** No message of a phone's own topics is longer: who sends more is not read. */
const LONGEST = 65_536;

/** What a phone last said of itself, and when by its own clock. */
export interface Said {
  readonly at: Instant;
  readonly status: TerminalStatus;
}

/** An order that a phone would not obey. */
export interface OrderRefused {
  readonly terminal: TerminalId;
  readonly reason: string;
}

/**
 * What the phones of a facility say, as far as it has not been looked at: the last of each alone, and read when it is wanted, so that a
 * phone that says the same a thousand times a second costs no more than one that says it once.
 */
export class Unread {
  readonly #facility: FacilityId;
  readonly #statuses = new Map<TerminalId, Buffer>();
  readonly #refused: OrderRefused[] = [];

  constructor(facility: FacilityId) {
    this.#facility = facility;
  }

  /** Takes what came on a topic of the facility; says whether there is something to be looked at. */
  hear(topic: string, payload: Buffer): boolean {
    const from = parseTerminalTopic(topic);
    if (from?.facility !== this.#facility || payload.length > LONGEST) return false;
    if (from.channel === 'status') this.#statuses.set(from.terminal, payload);
    else if (from.channel === 'events') this.#event(from.terminal, payload);
    return this.#statuses.size > 0 || this.#refused.length > 0;
  }

  /** What was said since it was last asked, of no more phones than `most`; `bad` counts what could not be read. */
  take(most = Number.POSITIVE_INFINITY): { said: Map<TerminalId, Said>; refused: OrderRefused[]; bad: number } {
    const said = new Map<TerminalId, Said>();
    let bad = 0;
    for (const [terminal, payload] of this.#statuses) {
      if (said.size + bad >= most) break;
      this.#statuses.delete(terminal);
      const message = StatusMessage.safeParse(parseJson(payload));
      if (message.success) said.set(terminal, { at: message.data.at, status: message.data.body });
      else bad += 1;
    }
    return { said, refused: this.#refused.splice(0), bad };
  }

  #event(terminal: TerminalId, payload: Buffer): void {
    // Progress of tests and the like come here too: what is no refusal is not even read.
    if (this.#refused.length >= 1_000 || !payload.includes('order-refused')) return;
    const message = EventMessage.safeParse(parseJson(payload));
    if (message.data?.body.type === 'order-refused') this.#refused.push({ terminal, reason: message.data.body.reason });
  }
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return null;
  }
}

/** A status of an earlier life of the phone, left behind or late, is not what it says now. */
export const isNews = (before: Said | undefined, now: Said): boolean =>
  before === undefined || now.status.birth >= before.status.birth;
