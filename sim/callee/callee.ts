import { randomInt } from 'node:crypto';
import { BehaviorSubject, type Observable, Subject } from 'rxjs';
import { OwnKeys } from '../../src/terminal/telephony/sip/sdp/sdes.ts';
import { readOffer, remoteOf, writeAnswer } from '../../src/terminal/telephony/sip/sdp/sdp.ts';
import { UnusableSdp } from '../../src/terminal/telephony/sip/sdp/sdp-read.ts';
import type { CalleeState, Frame } from '../world/port.ts';
import { Exchange } from './exchange.ts';
import type { IncomingCall } from './incoming-call.ts';
import { Mouth } from './mouth.ts';
import type { RegistrarOptions } from './registrar.ts';
import { Voice } from './voice.ts';

/** What the called party does by itself. */
type Habit = 'manual' | 'accept' | 'refuse' | 'block' | 'no-answer' | 'busy' | 'voicemail';

/** What a called party is made with. */
export interface CalleeOptions {
  /** The one account its registrar knows. */
  readonly realm: string;
  readonly user: string;
  readonly password: RegistrarOptions['password'];
  /** Address of its SIP and RTP: 127.0.0.1 where not given. */
  readonly address?: string;
  /** UDP port of its SIP; a free one where not given. */
  readonly port?: number;
  readonly habit?: Habit;
  /** Keys it presses by habit. */
  readonly keys?: { readonly accept: string; readonly refuse: string; readonly block: string };
  /** Keys go as tones and not by RFC 4733. */
  readonly inBand?: boolean;
}

/** A called party, with the registrar and the network that lead to it. */
export interface Callee {
  readonly address: string;
  readonly port: number;
  /** The current state at subscription, then each change. */
  readonly states: Observable<CalleeState>;
  habit: Habit;
  answer(): Promise<void>;
  /** Presses the key of acceptance. */
  accept(): void;
  /** Refuses a call that rings, by that SIP status. */
  reject(status: number): void;
  hangUp(): void;
  digit(digit: string, how?: { inBand?: boolean }): void;
  /** What it hears: 320 samples at 16 kHz each 20 ms of a call. */
  readonly ear: Observable<Frame>;
  /** What it says. With no frame for 200 ms a speech-like signal takes its place. */
  mouth(frame: Frame): void;
  close(): Promise<void>;
}

/** How long it takes to pick up, and from then to press a key, and between two presses, ms. */
const PICK_UP = 400;
const PRESS = 1_200;
const PRESS_AGAIN = 1_500;
const LOOPBACK = '127.0.0.1';
const CODECS = ['PCMU', 'PCMA'] as const;

/** Starts a called party. */
export async function startCallee(options: CalleeOptions): Promise<Callee> {
  const { address = LOOPBACK, port = 0 } = options;
  const person = new Person(address, options);
  const exchange = await Exchange.open(
    options,
    { called: (call) => person.called(call), ended: (call) => person.ended(call) },
    { address, port },
  );
  return {
    address: exchange.local.address,
    port: exchange.local.port,
    states: person.states,
    ear: person.ear,
    get habit() {
      return person.habit;
    },
    set habit(habit) {
      person.habit = habit;
    },
    answer: () => person.answer(),
    accept: () => person.digit(person.keys.accept, {}),
    reject: (status) => person.reject(status),
    hangUp: () => person.hangUp(),
    digit: (digit, how = {}) => person.digit(digit, how),
    mouth: (frame) => person.mouth.say(frame),
    async close() {
      person.close();
      await exchange.close();
    },
  };
}

class Person {
  readonly states = new BehaviorSubject<CalleeState>('idle');
  readonly ear = new Subject<Frame>();
  readonly mouth = new Mouth();
  readonly keys: NonNullable<CalleeOptions['keys']>;
  habit: Habit;
  readonly #address: string;
  readonly #inBand: boolean;
  #call: IncomingCall | null = null;
  #voice: Voice | null = null;
  /** What it means to do by habit. */
  #plans: NodeJS.Timeout[] = [];

  constructor(
    address: string,
    { habit = 'manual', keys = { accept: '1', refuse: '2', block: '9' }, inBand = false }: CalleeOptions,
  ) {
    this.#address = address;
    this.habit = habit;
    this.keys = keys;
    this.#inBand = inBand;
  }

  called(call: IncomingCall): void {
    if (this.habit === 'busy') {
      call.reject(486);
      return;
    }
    this.#call = call;
    call.ring();
    this.states.next('ringing');
    this.#follow(this.habit);
  }

  ended(call: IncomingCall): void {
    if (call === this.#call) this.#over();
  }

  async answer(who: 'person' | 'machine' = 'person'): Promise<void> {
    const call = this.#call;
    if (call?.phase !== 'ringing' || this.#voice) return;
    const voice = await Voice.open(this.#address, () => this.mouth.next());
    if (call !== this.#call || call.phase !== 'ringing') {
      voice.close();
      return;
    }
    try {
      const local = {
        address: this.#address,
        port: voice.port,
        codecs: CODECS,
        srtp: 'off',
        keys: new OwnKeys(),
        id: randomInt(2 ** 31),
        version: 1,
      } as const;
      const offer = readOffer(call.sdp, local);
      call.answer(writeAnswer(local, offer));
      this.#voice = voice;
      this.mouth.begin(who);
      voice.heard.subscribe((frame) => this.ear.next(frame));
      voice.connect(remoteOf(offer, local));
      this.states.next('answered');
    } catch (error) {
      voice.close();
      if (!(error instanceof UnusableSdp)) throw error;
      this.reject(488);
    }
  }

  reject(status: number): void {
    if (this.#call?.phase !== 'ringing') return;
    this.#call.reject(status);
    this.#over();
  }

  hangUp(): void {
    if (!this.#call) return;
    this.#call.hangUp();
    this.#over();
  }

  digit(digit: string, { inBand = this.#inBand }: { inBand?: boolean }): void {
    if (!this.#voice) return;
    if (inBand) this.mouth.press(digit);
    else this.#voice.press(digit);
    if (digit === this.keys.accept && this.states.value === 'answered') this.states.next('accepted');
  }

  close(): void {
    this.#over();
    this.ear.complete();
    this.states.complete();
  }

  #follow(habit: Habit): void {
    const { accept, refuse, block } = this.keys;
    const press = (digit: string, after: number) => this.#plan(after, () => this.digit(digit, {}));
    if (habit === 'manual' || habit === 'no-answer') return;
    this.#plan(PICK_UP, () => {
      this.answer(habit === 'voicemail' ? 'machine' : 'person').catch(() => this.reject(480));
    });
    if (habit === 'accept') press(accept, PICK_UP + PRESS);
    if (habit === 'refuse') press(refuse, PICK_UP + PRESS);
    if (habit === 'block') {
      press(block, PICK_UP + PRESS);
      press(block, PICK_UP + PRESS + PRESS_AGAIN);
    }
  }

  #plan(after: number, deed: () => void): void {
    this.#plans.push(setTimeout(deed, after));
  }

  #over(): void {
    for (const plan of this.#plans) clearTimeout(plan);
    this.#plans = [];
    this.#call = null;
    this.#voice?.close();
    this.#voice = null;
    if (this.states.value !== 'idle') this.states.next('idle');
  }
}
