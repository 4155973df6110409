import type { LivePhone } from '../../../src/protocol/api/live.ts';
import { LivePhone as Phone } from '../../../src/protocol/api/live.ts';
import { PHASES } from '../../../src/protocol/call.ts';
import { OPEN } from '../../../src/protocol/lockdown.ts';

const NAMES = [
  'Ana Morales',
  'Walter Reed',
  'Luis Ortega',
  'James Whitfield',
  'Devon Clarke',
  'Tomás Ibarra-Quintanilla',
];
const PAYS = ['prepaid', 'debit', 'free'] as const;
const MINUTE = 60_000;

/** Chance that is the same in every run (a linear congruence). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Phones of a county, each in some state, `units` of `each` phones. */
export function phonesOf(units: number, each: number, at: number, random: () => number): LivePhone[] {
  return Array.from({ length: units * each }, (_, i) => {
    const unit = String.fromCharCode(65 + (Math.floor(i / each) % 26)) + (units > 26 ? Math.floor(i / each / 26) : '');
    return phoneIn(`${unit}-${(i % each) + 1}`, unit, at, random);
  });
}

/** A phone in a state that chance picks. */
export function phoneIn(terminal: string, unit: string, at: number, random: () => number): LivePhone {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const idle = {
    ...{ terminal, unit, online: true, since: new Date(at - random() * 60 * MINUTE).toISOString(), hook: 'on' },
    ...{ phase: 'idle', lockdown: OPEN, faults: [] as string[], registration: 'registered', otherVoice: false },
    ...{
      mos: null as number | null,
      ending: null as string | null,
      recordsWaiting: 0,
      version: '0.1.0',
      settings: 0,
      orders: {},
      test: null,
      call: null,
    },
  };
  const dice = random();
  if (dice < 0.04) return Phone.parse({ ...idle, online: false, hook: null, phase: null, registration: null });
  if (dice < 0.06) return Phone.parse({ ...idle, faults: [pick(['keypad', 'handset-audio', 'tamper'])] });
  if (dice < 0.5) return Phone.parse(idle);
  const phase = random() < 0.6 ? 'talking' : pick(PHASES.filter((one) => one !== 'idle'));
  const talking = phase === 'talking';
  const accepted = at - random() * 12 * MINUTE;
  const name = PHASES.indexOf(phase) > PHASES.indexOf('pin') ? pick(NAMES) : null;
  const number =
    PHASES.indexOf(phase) > PHASES.indexOf('number')
      ? `+1202555${String(Math.floor(random() * 9_999)).padStart(4, '0')}`
      : null;
  const privileged = talking && random() < 0.08;
  const call = {
    ...{
      call: crypto.randomUUID(),
      caller: name === null ? null : `${1_000 + Math.floor(random() * 900)}`,
      name,
      number,
    },
    ...{ pays: number === null ? null : pick(PAYS), rate: number === null ? null : '0.06', privileged },
    ...{ recorded: talking && !privileged, accepted: talking ? new Date(accepted).toISOString() : null },
    ends: talking ? new Date(accepted + 15 * MINUTE).toISOString() : null,
  };
  const mos = talking ? Math.round((2.4 + random() * 2.2) * 10) / 10 : null;
  const ending = phase === 'ended' ? pick(['callee-hung-up', 'number-blocked', 'no-answer']) : null;
  return Phone.parse({ ...idle, hook: 'off', phase, ending, call, mos, otherVoice: talking && random() < 0.03 });
}
