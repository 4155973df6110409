import type {
  BlockScope,
  Bound,
  CallRecord,
  Ending,
  Grant,
  Phase,
  Quality,
  VoiceOutcome,
} from '../../protocol/call.ts';
import type { Lockdown } from '../../protocol/lockdown.ts';
import type { Fault, Hotline } from '../../protocol/messages.ts';
import type { NoticeOf } from '../../protocol/notice.ts';
import type { Pin } from '../../protocol/pin.ts';
import type { CallerId, CallId, Instant, Language, Millis } from '../../protocol/units.ts';
import type { Registration, Timer } from './event.ts';
import type { Settings } from './settings.ts';
import type { Voices } from './voices.ts';

/** What every phase of one lift of the handset has. */
export interface Lift {
  readonly call: CallId;
  readonly lifted: Instant;
  /** The latest moment seen in this call. */
  readonly at: Instant;
  /** Null until chosen by key or set by PIN. */
  readonly language: Language | null;
  readonly phases: readonly { readonly phase: Phase; readonly at: Instant }[];
  /** Timers that run, each with the `run` its event will carry. */
  readonly timers: Readonly<Partial<Record<Timer, number>>>;
  /** What is being said to each, by the number of its `say`. */
  readonly saying: { readonly caller: number | null; readonly callee: number | null };
  /** The next number of a `say`, of a timer's run and of a request. */
  readonly next: { readonly say: number; readonly run: number; readonly request: number };
  /** The platform was asked for leave to call and has not said no: it must be told that the call is over. */
  readonly open: boolean;
  /** As last told; null until then. */
  readonly quality: Quality | null;
  readonly redirections: CallRecord['redirections'];
  /** What came of asking for the caller's voice; null where that was not, or is not over. */
  readonly voice: VoiceOutcome | null;
}

/** A hotline's code while it is keyed. */
export interface Code {
  /** Digits after the star. */
  readonly keyed: number;
  /** The hotlines whose code begins so. */
  readonly fits: readonly Hotline[];
  /** The star began it: not one that may have been meant to clear what was keyed. */
  readonly firm: boolean;
}

/** A call the platform granted. */
export interface Granted {
  readonly kind: 'call';
  readonly caller: CallerId;
  readonly grant: Grant;
  /** When `grant` was had: its validity counts from here. */
  readonly since: Instant;
  /** The request for more that is not answered yet. */
  readonly asked: number | null;
  /** Why no more could be had when last asked, where that was so. */
  readonly short: Bound | null;
}

/** A call to a number of the signed list: asks nobody, costs nothing. */
interface ToHotline {
  readonly kind: 'hotline';
  readonly hotline: Hotline;
}

/** By what right a call was dialled. */
export type Leave = Granted | ToHotline;

export interface IdleState {
  readonly phase: 'idle';
  /** How the last call ended. */
  readonly last: Ending | null;
}

/** A phase in which the caller is waited for. `stalls`: how often he was asked and did nothing. */
interface Waiting {
  readonly lift: Lift;
  readonly stalls: number;
  readonly code: Code | null;
}

/** A prompt at which a technician may key his code. */
interface Prompted extends Waiting {
  /** The last key was a star. */
  readonly star: boolean;
}

export interface LanguageState extends Prompted {
  readonly phase: 'language';
  /** Which language is being offered, by its place in the rules. */
  readonly offer: number;
}

export interface PinState extends Prompted {
  readonly phase: 'pin';
  readonly pin: Pin;
  readonly wrong: number;
}

export interface IdentifyingState {
  readonly phase: 'identifying';
  readonly lift: Lift;
  readonly request: number;
  readonly wrong: number;
  /** Keyed while the PIN is looked up: the number's. */
  readonly ahead: string;
}

/** How far an answer by voice has come: what to say is being said, he is listened to, the platform is asked. */
export type Answering =
  | { readonly at: 'saying'; readonly take: 'answer' | 'name' }
  | { readonly at: 'listening'; readonly listen: number }
  | { readonly at: 'judging'; readonly request: number };

/** The notice is read, and his yes or no is waited for. `read`: it was, to its end. */
export type Consenting = Answering | { readonly at: 'notice'; readonly read: boolean; readonly stalls: number };

export interface VerifyingState {
  readonly phase: 'verifying';
  readonly lift: Lift;
  readonly caller: CallerId;
  /** Keyed meanwhile: the number's. */
  readonly ahead: string;
  /** Prompts so far. */
  readonly asked: number;
  readonly answering: Answering;
}

export interface EnrollingState {
  readonly phase: 'enrolling';
  readonly lift: Lift;
  readonly caller: CallerId;
  readonly notice: NoticeOf;
  /** He has pressed the key that says yes: until then nothing is heard of him. */
  readonly agreed: boolean;
  /** His voice is known; what comes after that is nice to have. */
  readonly enrolled: boolean;
  /** Prompts so far. */
  readonly asked: number;
  readonly answering: Consenting;
}

export interface NumberState extends Waiting {
  readonly phase: 'number';
  readonly caller: CallerId;
  readonly digits: string;
}

export interface AuthorisingState {
  readonly phase: 'authorising';
  readonly lift: Lift;
  readonly caller: CallerId;
  readonly request: number;
}

export interface DiallingState {
  readonly phase: 'dialling';
  readonly lift: Lift;
  readonly leave: Leave;
}

export interface RingingState {
  readonly phase: 'ringing';
  readonly lift: Lift;
  readonly leave: Leave;
}

/** How far a called party has come in blocking: not asked for; whose calls is asked; of a privileged number, whether really. */
export type BlockAsked = 'no' | 'whom' | { readonly really: BlockScope };

export interface GreetingState {
  readonly phase: 'greeting';
  readonly lift: Lift;
  readonly leave: Granted;
  readonly answered: Instant;
  /** What the called party is hearing. */
  readonly hears: 'greeting' | 'rate' | 'block';
  /** What the block digit has led to. */
  readonly block: BlockAsked;
}

export interface TalkingState {
  readonly phase: 'talking';
  readonly lift: Lift;
  readonly leave: Leave;
  readonly answered: Instant;
  /** Time zero. */
  readonly accepted: Instant;
  readonly deadline: Deadline;
  /** The smallest time left of which the parties have been warned, since this deadline is known. */
  readonly warned: Millis | null;
  /** Who was heard at the handset, where that is watched. */
  readonly voices: Voices;
}

/** What a technician is doing at the handset; `bench`: what the test that has the phone tells him. */
export type Stage =
  | { readonly at: 'bench' | 'menu' | 'echo' }
  | { readonly at: 'code'; readonly code: Pin }
  | { readonly at: 'checking' | 'working'; readonly request: number }
  /** Each key is said back; a second star in a row leads out. */
  | { readonly at: 'keys'; readonly star: boolean };

export interface MaintenanceState {
  readonly phase: 'maintenance';
  readonly lift: Lift;
  readonly stage: Stage;
}

export interface EndedState {
  readonly phase: 'ended';
  readonly lift: Lift;
  readonly ending: Ending;
  /** The called party is being told why: the line is dropped when that is said. */
  readonly farewell: boolean;
  /** Its record goes out when the handset is down. */
  readonly held: boolean;
}

/** Where the handset's call stands. Off-hook in every phase but idle. */
export type CallState =
  | IdleState
  | LanguageState
  | PinState
  | IdentifyingState
  | VerifyingState
  | EnrollingState
  | NumberState
  | AuthorisingState
  | DiallingState
  | RingingState
  | GreetingState
  | TalkingState
  | MaintenanceState
  | EndedState;

/** The end of the talk as it stands. */
export interface Deadline {
  readonly at: Instant;
  readonly bound: Bound;
  /** No more is to be had, as far as is known: the parties are warned of it. */
  readonly known: boolean;
}

/** All there is to a terminal's calls. Plain and immutable. */
export interface State {
  readonly settings: Settings;
  /** What takes their place when the handset is down: a call ends by the rules by which it began. */
  readonly coming: Settings | null;
  readonly lockdown: Lockdown;
  readonly faults: readonly Fault[];
  readonly registration: Registration;
  /** A technician's test has the phone: a lift is for it, and no call. */
  readonly bench: boolean;
  /** Which of the volume steps is in use. */
  readonly volume: number;
  readonly call: CallState;
  /** What is told in place of the call, from a tip line's dialling until the handset is down. */
  readonly cover: CallState | null;
}
