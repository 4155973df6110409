import * as fc from 'fast-check';
import type { SiteFile } from '../world.ts';

const WHY = { why: 'as ordered' };
const HOURS = { mon: ['06:00-11:00', '13:00-22:00'], sun: [] };

/** What staff do beside the file, each by itself: paths begin after the facility. */
const DEEDS = [
  [
    'POST',
    '/callers',
    { caller: 'ann', name: 'Ann Poe', language: 'es', limit_ms: 61_000, hours: HOURS, wait_ms: 90_000 },
  ],
  ['PATCH', '', { hours: HOURS, holidays: [{ date: '2026-12-25', name: 'Christmas', hours: [] }] }],
  ['PATCH', '', { holidays: [] }],
  ['PUT', '/units/c', { limit_ms: 60_000, hours: HOURS }],
  ['PUT', '/terminals/t1/hours', { hours: HOURS }],
  ['PUT', '/callers/doe/numbers/+13035550100', { privileged: true, free: true, ...WHY }],
  ['POST', '/blocks', { pattern: '+53*', kind: 'security', note: 'ordered', caller: null }],
  ['POST', '/blocks', { pattern: '+1809???????', kind: 'facility', note: 'his own', caller: 'doe' }],
  ['POST', '/voices/doe/anew', WHY],
  ['POST', '/voices/doe/waive', { reason: 'speech', ...WHY }],
  ['POST', '/callers/doe/move', { unit: 'b', ...WHY }],
  ['POST', '/callers/doe/pin', WHY],
  ['POST', '/callers/roe/suspend', WHY],
  ['POST', '/callers/poe/release', WHY],
] as const;

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const limit = fc.constantFrom('90s', '15m', '1h', '61001ms');

const entry = fc.record({
  number: fc.integer({ min: 1_000, max: 1_020 }).map((n) => `+1303555${n}`),
  privileged: fc.boolean(),
  free: fc.boolean(),
  limit: optional(limit),
  digits: fc.constantFrom('pass' as const, 'block' as const),
  recorded: fc.boolean(),
  overridesBlock: fc.boolean(),
});

const caller = fc.record({
  limit: optional(limit),
  hours: optional(fc.constant(HOURS)),
  callsADay: optional(fc.integer({ min: 1, max: 9 })),
  wait: optional(fc.constantFrom('2m', '1h')),
  unit: optional(fc.constantFrom('a', 'b')),
  debit: optional(fc.constantFrom({}, { opening: '2.50' })),
  voice: optional(fc.constantFrom('asked' as const, { waived: 'hearing' as const })),
  numbers: fc.uniqueArray(entry, { selector: ({ number }) => number, maxLength: 5 }),
});

const facility = fc.record({
  timeZone: fc.constantFrom('America/Chicago', 'America/Santiago', 'America/Havana', 'Asia/Kathmandu'),
  dialling: fc.constantFrom('open' as const, 'listed' as const),
  limit,
  pinIdLength: fc.integer({ min: 2, max: 4 }),
  hours: optional(fc.constant(HOURS)),
  recorded: fc.boolean(),
  voice: optional(fc.constant({ enrol: 'asked' as const, refused: 'staff' as const, unjudged: 'flag' as const })),
});

const lists = fc.record({
  blocks: fc.subarray([
    { pattern: '900-???-????', kind: 'facility' as const, note: 'premium' },
    { pattern: '+53*', kind: 'security' as const },
    { pattern: '202-555-0199', kind: 'called-party' as const },
  ]),
  allows: fc.subarray([
    { pattern: '800-555-????', free: true },
    { pattern: '+12025550100', privileged: true },
  ]),
  // At midnight of one of these clocks go forward in Santiago, and in Havana of another.
  rates: fc.subarray([
    { from: '2024-11-19', perMinute: '0.06' },
    { from: '2026-09-06', perMinute: '0.061234', facilityAdds: '0.01' },
    { from: '2026-03-08', prefix: '+1303', perMinute: '0' },
  ]),
});

/** A file that makes a site another, as far as a file can; and what staff did beside it. */
export const someSite = fc.record({
  change: fc.tuple(facility, lists, caller, caller).map(
    ([place, given, doe, roe]) =>
      (site: SiteFile): SiteFile => ({
        ...site,
        ...given,
        facility: { ...site.facility, ...place },
        units: [...site.units, { id: 'b', limit: '10m', hours: HOURS }],
        callers: [
          { id: 'doe', name: 'John Doe', language: 'en', pin: '12345937', ...doe },
          { id: 'roe', name: 'Jane Roe', pin: '42229307', ...roe },
          { id: 'poe', name: 'Ed Poe', pin: '73334817', debit: { opening: '1.00' } },
        ],
      }),
  ),
  deeds: fc.subarray([...DEEDS]).map((some) => some.map(([method, path, body]) => ({ method, path, body }))),
});
