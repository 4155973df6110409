import { questions, There, type Wanted } from './changes.ts';
import { type AdminAccess, Control } from './control.ts';
import type { Answer, Command } from './dynamic-security.ts';
import { fitting, Pace } from './pace.ts';
import { BrokerError } from './port.ts';

/** Of what is wanted, so much is looked at together. */
const TOGETHER = 100;
/** So much may wait: all phones of a large jail that is fitted in a day. */
const WAITING = 5_000;
const STOPS = new BrokerError('the platform stops: its next start does it');

interface Waiting {
  readonly wanted: Wanted;
  readonly resolve: () => void;
  readonly reject: (error: BrokerError) => void;
}

/**
 * Brings the broker to what is wanted, one message in flight: what comes while others are under way goes together after them. There is a
 * connection for as long as there is work; what fails on it fails, and the next is tried on a new one.
 */
export class Turns {
  readonly #admin: AdminAccess;
  readonly #waiting: Waiting[] = [];
  readonly #pace = new Pace();
  readonly #closing = new AbortController();
  #running: Promise<void> | null = null;

  constructor(admin: AdminAccess) {
    this.#admin = admin;
  }

  /** Resolves when the broker has it. @throws BrokerError */
  bring(wanted: Wanted): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.reject(STOPS);
    if (this.#waiting.length >= WAITING)
      return Promise.reject(new BrokerError(`${WAITING} changes of accounts wait already: try again`));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ wanted, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    // What came in the same turn of the loop goes along.
    await Promise.resolve();
    // What comes while a connection is closed has the next.
    while (this.#waiting.length > 0) await this.#connected();
    this.#running = null;
  }

  /** Does what waits by one connection, until nothing does or something fails. */
  async #connected(): Promise<void> {
    let control: Control | null = null;
    let some: readonly Waiting[] = [];
    try {
      while (this.#waiting.length > 0) {
        some = this.#waiting.splice(0, TOGETHER);
        if (this.#closing.signal.aborted) throw STOPS;
        control ??= await Control.open(this.#admin);
        await this.#some(control, some);
      }
    } catch (error) {
      const failed = error instanceof BrokerError ? error : new BrokerError(String(error), { cause: error });
      for (const { reject } of some) reject(failed);
    } finally {
      await control?.close();
    }
  }

  /** @throws BrokerError where none of them may be taken for done */
  async #some(control: Control, some: readonly Waiting[]): Promise<void> {
    const there = new There(await this.#ask(control, questions(some.map(({ wanted }) => wanted))));
    const whose = new Map<Command, Waiting>();
    for (const one of some) for (const command of there.bring(one.wanted)) whose.set(command, one);
    const failed = new Map<Waiting, string>();
    for (const [command, { error }] of await this.#change(control, [...whose.keys()])) {
      const one = whose.get(command);
      if (one && error !== undefined) failed.set(one, `${command.command}: ${error}`);
    }
    for (const one of some) {
      const why = failed.get(one);
      if (why === undefined) one.resolve();
      else one.reject(new BrokerError(`the broker did not change an account: ${why}`));
    }
  }

  async #ask(control: Control, asked: Command[]): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    while (asked.length > 0) answers.push(...(await control.say(asked.splice(0, fitting(asked)))));
    return answers;
  }

  async #change(control: Control, changes: Command[]): Promise<[Command, Answer][]> {
    const done: [Command, Answer][] = [];
    while (changes.length > 0) {
      if (this.#closing.signal.aborted) throw STOPS;
      const some = this.#pace.next(changes);
      const since = performance.now();
      const answers = await control.say(some);
      this.#pace.took(performance.now() - since, some.length);
      for (const [n, command] of some.entries()) done.push([command, answers[n] as Answer]);
      if (changes.length > 0) await this.#pace.rest(this.#closing.signal);
    }
    return done;
  }
}
