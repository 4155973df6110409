import type { TelephonyEvent } from '../../src/terminal/telephony/port.ts';
import { readMessage } from '../../src/terminal/telephony/sip/wire/message.ts';
import type { Random } from '../terminal/call/random.ts';
import { FarDialog } from './far-dialog.ts';
import { broken, type Fault, faultOf, isTold } from './fault.ts';
import { type Plan, planOf } from './plan.ts';

/** Longest that a message is late, ms. */
const LATE = 12_000;

/** One call by a plan, with one fault on its way. */
export class Trial {
  readonly name: string;
  readonly plan: Plan;
  readonly fault: Fault;
  readonly far: FarDialog;
  readonly #random: Random;
  readonly #carry: (text: string) => void;
  readonly #hangUp: () => void;
  /** What each side has said, without repetitions, and what became of it. */
  readonly #said = new Map<string, string>();
  readonly #heard = new Set<string>();
  readonly #log: string[] = [];
  #held: string | null = null;
  /** What is broken is broken in the same way each time. */
  #broken: string | null = null;
  #done = false;
  #hungUp = false;
  /** It had failed before its final response came: nobody waits for that any more. */
  #tooLate = false;
  /** What the terminal told of it. */
  readonly #told: TelephonyEvent['type'][] = [];

  constructor(name: string, random: Random, carry: (text: string) => void, hangUp: () => void) {
    this.name = name;
    this.plan = planOf(random);
    this.fault = faultOf(random);
    this.#random = random;
    this.#carry = carry;
    this.#hangUp = hangUp;
    this.far = new FarDialog(
      this.plan,
      (text) => this.#say(text),
      () => this.hangUp(),
    );
  }

  told(event: TelephonyEvent): void {
    this.#told.push(event.type);
    this.#log.push(`told ${event.type}`);
  }

  /** The terminal says something. */
  hear(text: string): void {
    this.#heard.add(text);
    const at = [...this.#heard].indexOf(text);
    const unheard = this.fault.kind === 'unheard' && at === this.fault.at && (this.fault.always || !this.#done);
    this.#note(unheard ? 'unheard' : '<', text);
    if (unheard) this.#done = true;
    else this.far.hear(readMessage(text));
  }

  /** The terminal's user has had enough; no effect on a call that is over. */
  hangUp(): void {
    this.#hungUp ||= !this.#over;
    this.#log.push('hung up');
    this.#hangUp();
  }

  get #over(): boolean {
    return this.#hungUp || this.#told.some((type) => type === 'dial-failed' || type === 'far-ended');
  }

  get #answered(): boolean {
    return this.#told.includes('answered');
  }

  /** What is wrong when all has had its time; null where nothing is. */
  verdict(): string | null {
    const { knows, talks } = this.far;
    const deaf = this.fault.kind === 'unheard' && this.fault.always;
    const final = !this.#tooLate && this.#wasTold((text) => text === this.far.final);
    if (final && !this.#over && !this.#answered) return 'it hangs, though its final response came';
    if (final && !knows.acknowledged && !deaf) return 'the final response was not acknowledged';
    if (this.#wasTold((text) => text.startsWith('BYE ')) && !this.#over) return 'BYE came, and the call goes on';
    if (talks && this.#over && !deaf) return 'it is over, and the far end was not told';
    return this.#harmless ? this.#otherwise() : null;
  }

  /** Everything as it went. */
  toString(): string {
    return [`call ${this.name}: ${JSON.stringify({ ...this.plan, fault: this.fault })}`, ...this.#log].join('\n  ');
  }

  /** What is lost once, late or said again changes no outcome. */
  get #harmless(): boolean {
    const { kind, always } = this.fault;
    return ['none', 'late', 'repeated'].includes(kind) || (!always && ['lost', 'unheard'].includes(kind));
  }

  /** Where it came out otherwise than planned: how. */
  #otherwise(): string | null {
    const { final, end } = this.plan;
    const { status, knows } = this.far;
    if (final === null) return knows.cancelled && status === 487 ? null : 'it was not cancelled';
    if (final !== 200) return this.#told.at(-1) === 'dial-failed' ? null : 'it did not fail';
    if (!this.#answered) return 'it was not answered';
    return knows.ended === end ? null : `it was ended by ${knows.ended ?? 'nobody'}`;
  }

  /** Whether something of that kind came to the terminal so that it can be told what it is. */
  #wasTold(is: (whole: string) => boolean): boolean {
    return [...this.#said].some(([whole, came]) => is(whole) && isTold(came, whole));
  }

  #say(text: string): void {
    const first = !this.#said.has(text);
    if (first) this.#said.set(text, '');
    const at = [...this.#said.keys()].indexOf(text);
    const wrong = this.fault.kind !== 'unheard' && at === this.fault.at && (this.fault.always || first);
    if (wrong) this.#sayWrong(text);
    else this.#deliver(text, text);
    if (this.#held !== text) this.#release();
  }

  #release(): void {
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#deliver(held, held);
  }

  #sayWrong(text: string): void {
    switch (this.fault.kind) {
      case 'lost':
        this.#note('lost', text);
        break;
      case 'repeated':
        for (let left = 3; left > 0; left -= 1) this.#deliver(text, text);
        break;
      case 'late':
        setTimeout(() => this.#deliver(text, text), 1_000 + this.#random.below(LATE));
        break;
      case 'out of order':
        this.#held = text;
        setTimeout(() => this.#release(), 1_000);
        break;
      default:
        this.#broken ??= broken(text, this.fault.kind, this.#random);
        this.#deliver(text, this.#broken);
    }
  }

  #deliver(whole: string, text: string): void {
    const before = this.#said.get(whole) ?? '';
    if (before === '' && whole === this.far.final) this.#tooLate = this.#told.includes('dial-failed');
    if (!isTold(before, whole)) this.#said.set(whole, text);
    this.#note(text === whole ? '>' : '> broken', text);
    this.#carry(text);
  }

  #note(how: string, text: string): void {
    const [start = ''] = text.split('\r\n', 1);
    this.#log.push(`${how} ${how === '> broken' ? JSON.stringify(text) : start}`);
  }
}
