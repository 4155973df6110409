import type { EndingReason, Phase } from '../../../src/protocol/call.ts';
import type { LockdownState } from '../../../src/protocol/lockdown.ts';
import type { Language } from '../../../src/protocol/units.ts';

/** A call as live monitors of the field show it, and the phases of ours that belong to each step. */
export const STEPS: readonly { name: string; phases: readonly Phase[] }[] = [
  { name: 'Offhook', phases: ['language'] },
  { name: 'PIN', phases: ['pin', 'identifying'] },
  { name: 'Voice', phases: ['verifying', 'enrolling'] },
  { name: 'Dialing', phases: ['number'] },
  { name: 'PAN lookup', phases: ['authorising'] },
  { name: 'Ringing', phases: ['dialling', 'ringing'] },
  { name: 'Greeting', phases: ['greeting'] },
  { name: 'Talking', phases: ['talking'] },
  { name: 'Done', phases: ['ended'] },
];

/** What is going on, in a sentence. */
export const PHASE_WORDS: Record<Phase, string> = {
  idle: 'Ready. Lift the handset.',
  language: 'Choosing a language.',
  pin: 'The caller keys his PIN.',
  identifying: 'The platform is asked who this is.',
  verifying: 'The caller proves by his voice who he is.',
  enrolling: 'The caller is asked for a voiceprint.',
  number: 'The caller keys the number, then #.',
  authorising: 'The platform is asked whether this call may go.',
  dialling: 'The call is on its way.',
  ringing: 'The called phone is ringing.',
  greeting: 'Answered. The called party is asked to accept; neither hears the other yet.',
  talking: 'Accepted. The parties are talking.',
  maintenance: 'A technician has the phone.',
  ended: 'The call is over. Hang up.',
};

/** Why a call ended, for people. */
const ENDING_WORDS: Record<EndingReason, string> = {
  'caller-hung-up': 'The caller hung up.',
  'callee-hung-up': 'The called party hung up.',
  'time-up': 'The time was up.',
  'refused-by-callee': 'The called party refused the call.',
  'blocked-by-callee': 'The called party has blocked these calls.',
  'not-accepted': 'The call was answered, but not accepted in time.',
  'no-answer': 'Nobody answered.',
  busy: 'The called phone was busy.',
  unreachable: 'The number cannot be reached.',
  'pin-wrong': 'The PIN was wrong too many times.',
  'pin-locked': 'The PIN or the phone is locked for a time after wrong PINs.',
  'caller-timeout': 'The caller did nothing for too long.',
  'platform-unreachable': 'The platform could not be reached.',
  lockdown: 'The phones are locked down.',
  disabled: 'The phone is disabled.',
  'hardware-fault': 'A fault of the phone ended the call.',
  'network-fault': 'A fault of the network ended the call. It is not charged for.',
  'media-lost': 'Nothing more was heard of the called party. That silence is not charged for.',
  restarted: 'The phone was restarted during the call.',
  maintenance: 'The handset was lifted for maintenance.',
  'cut-off': 'Staff ended the call.',
  'voice-changed': 'Another voice was heard at the phone.',
  'voice-refused': "The voice was not the caller's.",
  'voice-staff': 'The voice could not be checked: staff are to help.',
  'voice-needed': 'Calls need a voiceprint, and the caller has none.',
  'number-invalid': 'That is not a number that can be called.',
  'number-not-allowed': "The number is not on the caller's list.",
  'number-blocked': 'The number is blocked.',
  'no-account': 'There is no account that can pay for this call.',
  'no-balance': 'There is not enough money for this call.',
  'outside-hours': 'It is outside calling hours.',
  'caller-suspended': "The caller's calling is suspended.",
  'caller-busy': 'The PIN is in use on another phone.',
  'not-identified': 'The caller was not identified.',
};

/** The ending of a record in words; one that this page does not know stands as it is. */
export function endingWords(ending: string): string {
  const known = Object.entries(ENDING_WORDS).find(([reason]) => reason === ending.split(/[\s:(]/, 1)[0]);
  return known?.[1] ?? ending;
}

/** Endings that are as good as a call can have. */
export const endedWell = (ending: string): boolean => /^(caller-hung-up|callee-hung-up|time-up)/.test(ending);

export const LANGUAGE_WORDS: Record<Language, string> = { en: 'English', es: 'Español' };

export const LOCKDOWN_WORDS: Record<LockdownState, string> = {
  open: 'Open',
  disabled: 'Disabled',
  lockdown: 'Lockdown',
};

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 2 });
const exact = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 4 });

/** Millionths of a dollar as $12.34; `precise` keeps the parts of a cent. */
export const money = (amount: number, precise = false): string =>
  (precise ? exact : dollars).format(amount / 1_000_000);

/** A span of milliseconds as 4:05 or 1:04:05. */
export function clock(span: number): string {
  const seconds = Math.max(0, Math.floor(span / 1_000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** The time of day of an instant, to the millisecond where asked. */
export function timeOfDay(at: number, withMillis = false): string {
  const time = new Date(at);
  const text = time.toLocaleTimeString('en-GB', { hour12: false });
  return withMillis ? `${text}.${String(time.getMilliseconds()).padStart(3, '0')}` : text;
}
