import type { MqttClient } from 'mqtt';
import { type Command, CommandOrder } from '../../protocol/command.ts';
import type { OrderPrivateKey } from '../../protocol/keys.ts';
import { EventMessage, StatusMessage, type TerminalEvent, type TerminalStatus } from '../../protocol/messages.ts';
import { signCommand } from '../../protocol/signing.ts';
import { terminalTopic } from '../../protocol/topics.ts';
import { after, type FacilityId, type Instant, type Millis, type TerminalId } from '../../protocol/units.ts';
import { inTime } from '../broker.ts';
import { Queue } from '../queue.ts';
import { nextSequence } from '../sequence.ts';

/** A command is good for so long. */
const GOOD_FOR = 60_000 as Millis;
/** A terminal that is there has answered by then, ms. */
const ANSWER = 15_000;

/** Who gives commands. */
export interface Staff {
  readonly key: OrderPrivateKey;
  readonly keyFile: string;
}

/** One terminal, seen and commanded over a broker. */
export class RemotePhone {
  /** Everything it tells, from now on. */
  readonly events = new Queue<TerminalEvent>();
  readonly #client: MqttClient;
  readonly #facility: FacilityId;
  readonly #terminal: TerminalId;
  /** What was answered, by sequence; `null` while it is waited for. */
  readonly #answers = new Map<number, (answer: Answer) => void>();
  #status: (status: TerminalStatus) => void = () => {};
  readonly #seen: Promise<TerminalStatus>;

  private constructor(client: MqttClient, facility: FacilityId, terminal: TerminalId) {
    this.#client = client;
    this.#facility = facility;
    this.#terminal = terminal;
    this.#seen = new Promise((resolve) => {
      this.#status = resolve;
    });
    client.on('message', (topic, payload) => this.#hear(topic, payload));
  }

  /** Listens to a terminal. @throws Error where this user may not, or the broker does not answer. */
  static async at(client: MqttClient, facility: FacilityId, terminal: TerminalId): Promise<RemotePhone> {
    const phone = new RemotePhone(client, facility, terminal);
    const topics = (['events', 'status'] as const).map((channel) => terminalTopic(facility, terminal, channel));
    const subscribed = client.subscribeAsync(topics, { qos: 1 }).catch((cause: unknown) => {
      throw new Error(`this user may not read ${topics.join(', ')}`, { cause });
    });
    await inTime(subscribed, 'the broker does not answer');
    return phone;
  }

  /** The status that stands at the broker. @throws Error where there is none */
  status(): Promise<TerminalStatus> {
    const why = `no terminal ${this.#terminal} of ${this.#facility} has ever been here; check the names`;
    return inTime(this.#seen, why, 3_000);
  }

  /** Has it do something; resolves with what it says of it. @throws Error where it refuses, or says nothing */
  async command(command: Command, { key, keyFile }: Staff): Promise<string> {
    const at = Date.now() as Instant;
    const scope = `command:${this.#facility}/${this.#terminal}`;
    const order = CommandOrder.parse({
      facility: this.#facility,
      terminal: this.#terminal,
      command,
      issuer: key.kid,
      sequence: await nextSequence(keyFile, scope, at),
      at,
      exp: after(at, GOOD_FOR),
    });
    const answered = new Promise<Answer>((resolve) => this.#answers.set(order.sequence, resolve));
    const topic = terminalTopic(this.#facility, this.#terminal, 'commands');
    await inTime(
      this.#client.publishAsync(topic, await signCommand(order, key), { qos: 1 }),
      'the broker does not acknowledge the command',
    );
    const why = `the terminal does not answer: is it online, and may this user write ${topic}?`;
    const answer = await inTime(answered, why, ANSWER).finally(() => this.#answers.delete(order.sequence));
    if (!answer.obeyed) throw new Error(`the terminal refuses: ${answer.detail}`);
    return answer.detail;
  }

  #hear(topic: string, payload: Uint8Array): void {
    const message = parse(payload);
    if (topic.endsWith('/status')) {
      const status = StatusMessage.safeParse(message);
      if (status.success) this.#status(status.data.body);
      return;
    }
    const event = EventMessage.safeParse(message);
    if (!event.success) return;
    const { body } = event.data;
    this.events.push(body);
    if (body.type === 'command') {
      this.#answers.get(body.sequence)?.({ obeyed: body.outcome === 'obeyed', detail: body.detail });
    }
    // One that is not believed is not known by its sequence: it is ours, as we have just given one.
    if (body.type === 'order-refused' && body.topic.endsWith('/commands')) {
      for (const answer of this.#answers.values()) answer({ obeyed: false, detail: body.reason });
    }
  }
}

interface Answer {
  readonly obeyed: boolean;
  readonly detail: string;
}

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString());
  } catch {
    return null;
  }
}
