import type { SiteFile } from '../world.ts';

/** Phones that call while a file comes in, each with a caller of its own. */
export const PHONES = 8;

const phones = Array.from({ length: PHONES }, (_, n) => n);

/** The PIN that is keyed at a phone; in the second file it is another's at the last one. */
export const pinAt = (phone: number): string => `${10_000 + phone}4817`;

/** Whose PIN the last phone's is, in the one file and in the other: each is nobody in the other. */
export const HANDED = [`c${PHONES - 1}`, 'renamed'] as const;

/** What is dialled, and what both files say of it: each allows it in its own way. */
export const DIALLED: Readonly<Record<string, 'granted' | 'number-blocked'>> = {
  /** On his own list, with another limit. */
  '2025550101': 'granted',
  /** Blocked and lifted for him; then not blocked. */
  '2025550102': 'granted',
  /** Not blocked; then blocked and lifted for him. */
  '2025550103': 'granted',
  /** Free to all; then on his list, paid by himself. */
  '2025550104': 'granted',
  /** Open dialling, paid by one account; then on his list, paid by another. */
  '2025550105': 'granted',
  /** Open dialling; then listed for all. */
  '2025550106': 'granted',
  /** Blocked by itself; then as one of many. */
  '2025550201': 'number-blocked',
};

const number = (last: number): string => `+1202555${String(last).padStart(4, '0')}`;
const blocked = (pattern: string) => ({ pattern, kind: 'security' as const });

/** People who do not call, to make a file long. */
const crowd = (others: number, numbers: number) =>
  Array.from({ length: others }, (_, n) => ({
    ...{ id: `p${20_000 + n}`, name: `Person ${n}`, pin: `${20_000 + n}017396` },
    numbers: Array.from({ length: numbers }, (_, k) => ({ number: `+1303555${1_000 + ((n * 31 + k) % 9_000)}` })),
    debit: { opening: '5.00' },
  }));

const place = (facility: string, dialling: 'open' | 'listed', unit: string) => ({
  facility: { id: facility, name: 'County', timeZone: 'America/Chicago', limit: '15m', pinIdLength: 5, dialling },
  units: [{ id: unit, terminals: phones.map((n) => `t${n}`) }],
});

/** The file that stands. */
export const before = (facility: string): SiteFile => ({
  ...place(facility, 'open', 'a'),
  callers: phones.map((n) => ({
    ...{ id: `c${n}`, name: `Caller ${n}`, pin: pinAt(n) },
    numbers: [
      { number: number(101), limit: '10m' },
      { number: number(102), overridesBlock: true },
      { number: number(103) },
    ],
  })),
  blocks: [number(102), number(201)].map(blocked),
  allows: [{ pattern: number(104), free: true }],
  accounts: [{ id: 'one', name: 'One', numbers: [101, 102, 103, 105, 106].map(number), opening: '900.00' }],
  rates: [{ from: '2024-11-19', perMinute: '0.06' }],
});

/** The file that comes in: everything is otherwise, and nothing of `DIALLED` is. */
export const next = (facility: string, others: number, numbers: number): SiteFile => ({
  ...place(facility, 'listed', 'b'),
  callers: [
    ...phones.map((n) => ({
      ...{ id: n === PHONES - 1 ? HANDED[1] : `c${n}`, name: `Caller ${n}`, pin: pinAt(n) },
      numbers: [
        { number: number(101), limit: '5m' },
        { number: number(102) },
        { number: number(103), overridesBlock: true },
        { number: number(104) },
        { number: number(105) },
      ],
      debit: { opening: '100.00' },
    })),
    ...crowd(others, numbers),
  ],
  blocks: [number(103), '+120255502??'].map(blocked),
  allows: [{ pattern: number(106) }],
  accounts: [{ id: 'two', name: 'Two', numbers: [number(105)], opening: '900.00' }],
  rates: [{ from: '2024-11-19', prefix: '+1202', perMinute: '0.07' }],
});
