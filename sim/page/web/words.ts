import type { Phase } from '../../../src/protocol/call.ts';
import type { LockdownState } from '../../../src/protocol/lockdown.ts';
import type { Language } from '../../../src/protocol/units.ts';
import { ENDINGS_EN } from '../../../src/web/kit/endings.ts';
import type { Snapshot, Speaker } from '../../world/port.ts';

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

/** The ending of a record in words; one that this page does not know stands as it is. */
export function endingWords(ending: string): string {
  const known = Object.entries(ENDINGS_EN).find(([reason]) => reason === ending.split(/[\s:(]/, 1)[0]);
  return known?.[1] ?? ending;
}

/** Endings that are as good as a call can have. */
export const endedWell = (ending: string): boolean => /^(caller-hung-up|callee-hung-up|time-up)/.test(ending);

export const LANGUAGE_WORDS: Record<Language, string> = { en: 'English', es: 'Español' };

export const SPEAKER_NAMES: Readonly<Record<Speaker, string>> = { daniel: 'Daniel', james: 'James', maria: 'Maria' };

/** Whether a call is recorded, for those who watch it. */
export const RECORDING_WORDS: Record<NonNullable<Snapshot['recording']>, string> = {
  recorded: 'Recorded and monitored.',
  'not-recorded': 'Not recorded.',
  private: 'Private: not recorded.',
};

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
