import { Alert } from '../../../src/protocol/api/alerts.ts';
import type { Caller } from '../../../src/protocol/api/callers.ts';
import { CallerAndList, Callers } from '../../../src/protocol/api/callers.ts';
import { Blocks, Wishes } from '../../../src/protocol/api/numbers.ts';
import type { LiftRecord } from '../../../src/protocol/api/records.ts';
import type { FigureBy } from '../../../src/protocol/api/reports.ts';

const NAMES = [
  'Ana Morales',
  'Walter Reed',
  'Luis Ortega',
  'James Whitfield',
  'Devon Clarke',
  'Tomás Ibarra-Quintanilla',
];

export const callersOf = (): Caller[] =>
  Callers.parse({
    items: NAMES.map((name, i) => ({
      ...{ caller: String(1_001 + i), name, language: i % 3 === 2 ? 'es' : null, hours: null },
      ...{ limit_ms: i === 1 ? 900_000 : null, suspended: i === 3, released: false },
      ...{ unit: 'AB'[i % 2], calls_a_day: i === 1 ? 3 : null, wait_ms: i === 1 ? 900_000 : null },
    })),
    next: null,
  }).items;

export const facilityOf = () => ({
  ...{ facility: 'county', name: 'County Jail', time_zone: 'America/Chicago', dialling: 'listed', limit_ms: 900_000 },
  ...{ hours: null, holidays: [], recorded: true, pin_id_length: 4, voices: false },
  units: ['A', 'B', 'C', 'D', 'E'].map((unit) => ({
    unit,
    limit_ms: null,
    hours: null,
    phones: [{ terminal: `${unit}-1`, hours: null }],
  })),
});

export const listOf = () =>
  CallerAndList.shape.numbers.parse([
    {
      number: '+12025550123',
      privileged: false,
      free: false,
      limit_ms: null,
      digits: 'block',
      recorded: true,
      overrides_block: false,
      added_by: 'learned',
    },
    {
      number: '+12025550188',
      privileged: true,
      free: false,
      limit_ms: null,
      digits: 'pass',
      recorded: false,
      overrides_block: true,
      added_by: 'J. Alvarez from 10.0.4.17',
    },
  ]);

export const wishesOf = () =>
  Wishes.parse({
    items: [
      { id: 1, caller: '1001', number: '+12025550142', times: 3, state: 'open' },
      { id: 2, caller: '1005', number: '+13035550119', times: 1, state: 'open' },
      { id: 3, caller: '1002', number: '+17205550107', times: 2, state: 'declined' },
    ].map((wish) => ({
      ...{ ...wish, first_asked: '2026-03-01T14:00:00.000Z', last_asked: '2026-03-03T17:20:00.000Z' },
      ...(wish.state === 'open'
        ? { decided: null, decided_by: null, decided_why: null }
        : { decided: '2026-03-03T18:00:00.000Z', decided_by: 'J. Alvarez', decided_why: 'a witness in his case' }),
    })),
    next: null,
  }).items;

export const blocksOf = () =>
  Blocks.parse({
    items: [
      { pattern: '+1900???????', kind: 'billing', caller: null, note: 'pay services', created_by: 'site file' },
      { pattern: '+12025550177', kind: 'security', caller: '1004', note: 'threats', created_by: 'J. Alvarez' },
      {
        ...{ pattern: '+13035550111', kind: 'called-party', caller: '1002', created_by: 'called party' },
        note: 'asked for during call 6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
      },
    ].map((block, i) => ({
      ...{ ...block, id: i + 1, created: '2026-03-02T16:05:00.000Z' },
      ...{ lifted: null, lifted_by: null, lifted_why: null },
    })),
    next: null,
  }).items;

export const recordsOf = (): unknown[] =>
  NAMES.map((name, i) => {
    const lifted = Date.UTC(2026, 2, 3, 12, i);
    const moment = (after: number) => new Date(lifted + after).toISOString();
    const talks = i % 3 !== 2;
    return {
      ...{ call: crypto.randomUUID(), terminal: `A-${i + 1}`, facility: 'county', unit: 'A', language: 'en' },
      ...{ kind: talks ? 'call' : 'attempt', caller: String(1_001 + i), number: talks ? '+12025550123' : null },
      ...{ name, dialled: talks ? null : '+12025550177', phases: [] },
      ...{ lifted: moment(0), answered: talks ? moment(20_000) : null, accepted: talks ? moment(25_000) : null },
      ...{ ended: moment(400_000), talked: talks ? 375_000 : 0, charged: talks ? '0.375' : '0.00' },
      ending: { reason: talks ? 'caller-hung-up' : 'number-blocked', during: talks ? 'talking' : 'authorising' },
      ...{ charge: null, quality: null, redirections: [], privileged: i === 1, hidden: false },
      differs: i === 4 ? [{ field: 'talked', phone: 375_000, platform: 0 }] : [],
    } satisfies Partial<Record<keyof LiftRecord, unknown>>;
  });

/** By hour, 21 is the one with the most calls: 30. */
export const figuresOf = (by: FigureBy) => {
  const of = { hour: ['09', '12', '18', '21'], day: ['2026-03-01', '2026-03-02'], unit: ['A', 'B', 'C'] }[by];
  return of.map((name, i) => {
    const calls = 3 + 9 * i;
    return { of: name, lifts: calls + 4, calls, talked: calls * 300_000, charged: (calls * 0.3).toFixed(2) };
  });
};

export const outagesOf = () => [
  {
    ...{ terminal: 'A-7', unit: 'A', times: 2, total: 5_400_000, longest: 4_500_000 },
    ...{ what: ['keypad', 'offline'], since: '2026-03-03T14:02:00.000Z' },
  },
  {
    ...{ terminal: 'B-2', unit: 'B', times: 1, total: 90_000, longest: 90_000 },
    ...{ what: ['not-registered'], since: null },
  },
];

export const alertsOf = () =>
  [
    { kind: 'terminal-key', place: 'A-3', what: 'records come signed with another key', times: 3 },
    { kind: 'pin-guessing', place: 'B-1', what: '60 wrong PINs: somebody may be trying them out', times: 1 },
  ].map((alert, i) =>
    Alert.parse({
      ...{ ...alert, id: i + 1, acknowledged: null, acknowledged_by: null },
      ...{ first: '2026-03-03T17:00:00.000Z', last: `2026-03-03T18:0${i}:00.000Z` },
    }),
  );

export const peopleOf = () => ({
  items: [
    {
      id: 'f5a3c2de-0d53-4a8c-9a43-6f6f4f1d2a11',
      name: 'J. Alvarez',
      email: 'j.alvarez@county.example',
      state: 'active',
      roles: ['administrator', 'auditor'],
    },
    {
      id: '0d534a8c-9a43-4f6f-8f1d-2a11f5a3c2de',
      name: 'R. Okafor',
      email: 'r.okafor@county.example',
      state: 'active',
      roles: ['officer'],
    },
    {
      id: '9a436f6f-4f1d-4a11-b5a3-c2de0d534a8c',
      name: 'M. Lindqvist',
      email: 'm.lindqvist@county.example',
      state: 'invited',
      roles: ['supervisor'],
    },
  ],
});

export const trailOf = () =>
  [
    {
      what: 'order.give',
      subject: { topic: 'units/B/lockdown' },
      after: { state: 'lockdown', mode: 'drop' },
      why: 'count 12',
    },
    {
      what: 'caller.admit',
      subject: { caller: '1006' },
      after: { name: 'Tomás Ibarra-Quintanilla', pin: 'set' },
      why: null,
    },
    { what: 'session.begin', subject: null, after: null, why: null },
  ].map((line, i) => ({
    ...{ number: 41 - i, at: new Date(Date.UTC(2026, 2, 3, 12, i)).toISOString(), actor_kind: 'person', actor: 'p1' },
    ...{
      actor_name: 'J. Alvarez',
      roles: 'administrator, auditor',
      origin: '10.0.4.17',
      before: null,
      hash: 'ab'.repeat(32),
    },
    ...line,
  }));
