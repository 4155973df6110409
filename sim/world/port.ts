import type { Observable } from 'rxjs';
import type { OtherVoice, Phase } from '../../src/protocol/call.ts';
import type { Lockdown, LockdownMode, LockdownState } from '../../src/protocol/lockdown.ts';
import type { Fault } from '../../src/protocol/messages.ts';
import type { Instant, Key, Language, Millis, Money } from '../../src/protocol/units.ts';

export type CalleeState = 'idle' | 'ringing' | 'answered' | 'accepted';

/** People whose voices are made up: named after callers of the demonstration. */
export const SPEAKERS = ['daniel', 'james', 'maria'] as const;
export type Speaker = (typeof SPEAKERS)[number];

/** Who has the handset: somebody who is heard in the call and says digits he is asked for, nobody, or a signal like speech. */
export type Mouth = Speaker | 'nobody' | 'test-signal';

/** Everything a person or a script may do to the world. */
export type Deed =
  | { do: 'lift' }
  | { do: 'hang-up' }
  | { do: 'key'; key: Key }
  | { do: 'volume'; direction: 'up' | 'down' }
  /** Somebody takes the handset: he answers where digits are asked for, and talks on and on in a call. */
  | { do: 'hand'; to: Mouth }
  /** Says the digits that the phone asks for, or will ask for next in this lift, whoever has the handset. */
  | { do: 'say-digits'; speaker: Speaker }
  /** Called party: picks up; presses a digit; puts down. `accept`, `refuse` and `block` press the digits configured for that. */
  | { do: 'callee'; act: 'answer' | 'accept' | 'refuse' | 'block' | 'hang-up' | 'reject' }
  | { do: 'callee-digit'; digit: Key }
  /** What the called party does by itself from now on. */
  | { do: 'callee-habit'; habit: 'manual' | 'accept' | 'refuse' | 'block' | 'no-answer' | 'busy' | 'voicemail' }
  | {
      do: 'lockdown';
      scope: 'facility' | 'unit' | 'terminal';
      state: LockdownState;
      mode: LockdownMode;
      reason: string;
    }
  | { do: 'platform'; state: 'up' | 'down' }
  /** The sample officer lifts the blocks that called parties have made. */
  | { do: 'unblock' }
  /** The world is made anew: nothing of what happened in it is kept. */
  | { do: 'start-over' };

/** What is said, in words. */
export interface Caption {
  readonly at: Instant;
  readonly who: 'phone' | Speaker;
  readonly language: Language;
  readonly text: string;
}

/** What was said at either end since the handset was lifted, the newest last. */
export interface Captions {
  readonly caller: readonly Caption[];
  readonly callee: readonly Caption[];
}

/** What the page shows at a glance. */
export interface Snapshot {
  readonly terminal: string;
  readonly facility: string;
  readonly unit: string;
  /** Name and time zone (IANA) of the facility. */
  readonly place: { readonly name: string; readonly zone: string };
  readonly hook: 'on' | 'off';
  readonly phase: Phase;
  /** What the caller is spoken to in; null until chosen. */
  readonly language: Language | null;
  /** Talk so far and left, ms; null where not talking. */
  readonly talked: Millis | null;
  readonly left: Millis | null;
  /** What the paying account will still have after this call as it stands, null where nobody pays. */
  readonly balance: Money | null;
  /** How well the caller hears, ITU-T G.107: 1 to 4.5, of the last five seconds; null until then. */
  readonly mos: number | null;
  /** Who has the handset in the caller's place, as far as is heard. */
  readonly otherVoice: OtherVoice | null;
  /** Why the last call ended, as the record says. */
  readonly ending: string | null;
  /** Who has the handset, where no person's microphone speaks. */
  readonly mouth: Mouth;
  /** Digits that the caller is asked to say; null where he is not. */
  readonly asked: string | null;
  readonly captions: Captions;
  readonly callee: CalleeState;
  /** The called party has begun to block: one more press of the same digit is wanted. */
  readonly blocking: boolean;
  /** Whether this call is recorded, or private; null before that is known. */
  readonly recording: 'recorded' | 'not-recorded' | 'private' | null;
  readonly calleeHabit: string;
  readonly lockdown: Lockdown;
  readonly lockdowns: Readonly<Record<'facility' | 'unit' | 'terminal', { state: LockdownState; mode: LockdownMode }>>;
  readonly faults: readonly Fault[];
  readonly link: 'up' | 'down';
  readonly registration: string;
  readonly platform: 'up' | 'down';
  /** The platform has pages, and a sample officer who is signed in there. */
  readonly controlRoom: boolean;
  readonly canStartOver: boolean;
  /** Something to try: who may call whom. PINs of the demonstration only. */
  readonly tryThis: readonly {
    name: string;
    pin: string;
    number: string;
    note: string;
    /** Whose voice is asked for with this PIN; null where none is. */
    voice: Speaker | null;
  }[];
}

/** One line of the timeline. `key` lines never carry the digit. */
export interface TimelineEntry {
  readonly at: Instant;
  /** Since the handset was lifted; null before the first lift. */
  readonly since: Millis | null;
  readonly source: 'hardware' | 'core' | 'sound' | 'sip' | 'platform' | 'callee' | 'staff';
  /** One line for people. */
  readonly text: string;
  /** For machines and scripts: `phase:talking`, `say:enter-pin`, `ended:no-answer`, … */
  readonly tag: string;
}

export interface MqttSeen {
  readonly at: Instant;
  readonly topic: string;
  readonly retained: boolean;
  /** Payload as JSON text, cut at 4,000 characters. */
  readonly payload: string;
}

/** A line of the ledger: what the platform keeps of a call. */
export interface LedgerLine {
  readonly call: string;
  readonly lifted: Instant;
  /** By name. */
  readonly caller: string | null;
  readonly number: string | null;
  readonly talked: Millis;
  readonly ending: string;
  /** The phase it ended in, and the limit that ended it where one did. */
  readonly during: string;
  readonly bound: string | null;
  readonly privileged: boolean;
  readonly charged: Money;
}

/** 20 ms of sound: 320 samples, 16 bit, 16 kHz, mono. */
export type Frame = Int16Array;

/** Lets whoever comes into the control room as the sample officer. */
export interface ControlRoomDoor {
  /** Where the room is: `http://127.0.0.1:PORT`. */
  readonly address: string;
  /** The line `Set-Cookie` of a session that is signed in. @throws Error in one line where the platform does not let her in */
  enter(): Promise<string>;
}

/** A running world: one terminal and everything around it. Driven by a page or a script. */
export interface World {
  /** The current state at subscription, then each change; at most ten a second while talking. */
  readonly snapshots: Observable<Snapshot>;
  /** The last 500 at subscription, then each as it comes. */
  readonly timeline: Observable<TimelineEntry>;
  readonly mqtt: Observable<MqttSeen>;
  /** Sound at the earpiece, one frame each 20 ms. */
  readonly earpiece: Observable<Frame>;
  /** Sound at the called party's ear. */
  readonly calleeEar: Observable<Frame>;
  readonly tryThis: Snapshot['tryThis'];
  /** The control room's door; null where the platform has no pages. */
  readonly office: ControlRoomDoor | null;
  act(deed: Deed): Promise<void>;
  /** A frame from the person's microphone; without any for 200 ms whoever has the handset speaks. */
  mouthpiece(frame: Frame): void;
  /** Says this into the mouthpiece, 16 kHz, over all else. */
  say(speech: Int16Array): void;
  /** The same for the called party. */
  calleeMouthpiece(frame: Frame): void;
  ledger(): Promise<readonly LedgerLine[]>;
  close(): Promise<void>;
}
