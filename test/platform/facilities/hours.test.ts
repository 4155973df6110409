import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opening, startOfDay } from '../../../src/platform/facilities/hours.ts';
import { Holidays, Hours } from '../../../src/protocol/api/hours.ts';
import { Instant } from '../../../src/protocol/units.ts';

const at = (iso: string) => Instant.parse(Date.parse(iso));
const CHICAGO = 'America/Chicago';
const everyDay = (...ranges: string[]) =>
  Hours.parse(Object.fromEntries(['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'].map((d) => [d, ranges])));

const until = (hours: Hours | null, zone: string, now: string, holidays: Holidays = []) => {
  const state = opening({ hours, holidays }, zone, at(now));
  return state.open ? (state.until === null ? 'never' : new Date(state.until).toISOString()) : 'closed';
};

describe('hours', () => {
  it.each([
    ['within the hours', '2026-03-03T12:00:30-06:00', '2026-03-04T04:00:00.000Z'],
    ['at the first moment', '2026-03-03T06:00:00-06:00', '2026-03-04T04:00:00.000Z'],
    ['before them', '2026-03-03T05:59:59-06:00', 'closed'],
    ['at their end', '2026-03-03T22:00:00-06:00', 'closed'],
    // The night the clocks go forward: 22:00 is an hour earlier in UTC.
    ['on the day clocks go forward', '2026-03-08T07:00:00-05:00', '2026-03-09T03:00:00.000Z'],
  ])('%s', (_, now, expected) => {
    expect(until(everyDay('06:00-22:00'), CHICAGO, now)).toBe(expected);
  });

  it('goes on over midnight where ranges adjoin, by the day of the week there', () => {
    const hours = Hours.parse({ sat: ['20:00-24:00'], sun: ['00:00-02:00'] });
    expect(until(hours, CHICAGO, '2026-03-07T21:00:00-06:00')).toBe('2026-03-08T08:00:00.000Z');
    expect(until(hours, CHICAGO, '2026-03-06T21:00:00-06:00')).toBe('closed');
  });

  it('has no end where every day is open throughout', () => {
    expect(until(everyDay('00:00-24:00'), CHICAGO, '2026-03-03T12:00:00Z')).toBe('never');
    expect(until(everyDay('00:00-24:00'), CHICAGO, '2026-03-08T07:30:00Z')).toBe('never');
  });

  it('ends at the change where the hour it would end in is left out', () => {
    // 02:00 to 03:00 does not exist on this day.
    expect(until(everyDay('00:00-02:30'), CHICAGO, '2026-03-08T01:30:00-06:00')).toBe('2026-03-08T08:00:00.000Z');
  });

  it('counts an hour that comes twice', () => {
    // 01:00 to 02:00 comes twice: in summer time first, then in standard time.
    expect(until(everyDay('00:00-03:00'), CHICAGO, '2026-11-01T00:30:00-05:00')).toBe('2026-11-01T09:00:00.000Z');
    expect(until(everyDay('01:30-05:00'), CHICAGO, '2026-11-01T01:45:00-05:00')).toBe('2026-11-01T07:00:00.000Z');
    expect(until(everyDay('01:30-05:00'), CHICAGO, '2026-11-01T01:15:00-06:00')).toBe('closed');
  });

  it('is right in zones with half hours and on the other side of the date line', () => {
    expect(until(everyDay('08:00-18:15'), 'Asia/Kolkata', '2026-03-03T10:00:00+05:30')).toBe(
      '2026-03-03T12:45:00.000Z',
    );
    const tuesday = Hours.parse({ tue: ['00:00-01:00'] });
    expect(until(tuesday, 'Pacific/Auckland', '2026-03-02T11:30:00Z')).toBe('2026-03-02T12:00:00.000Z');
  });

  it.each([
    ['all day', '2026-12-25T12:00:00-06:00', 'closed'],
    ['until its eve ends', '2026-12-24T21:00:00-06:00', '2026-12-25T06:00:00.000Z'],
    ['with hours of its own', '2026-12-31T09:00:00-06:00', '2026-12-31T18:00:00.000Z'],
    ['and not on the day after', '2026-12-26T12:00:00-06:00', '2026-12-27T06:00:00.000Z'],
  ])('on a holiday are those of the holiday: %s', (_, now, expected) => {
    const holidays = Holidays.parse([
      { date: '2026-12-25', name: 'Christmas', hours: [] },
      { date: '2026-12-27', name: 'Inventory', hours: [] },
      { date: '2026-12-31', name: "New Year's Eve", hours: ['08:00-12:00'] },
    ]);
    expect(until(null, CHICAGO, now, holidays)).toBe(expected);
    expect(until(everyDay('00:00-24:00'), CHICAGO, now, holidays)).toBe(expected);
  });

  it('says open until the moment it says, and not at it, whatever the moment', () => {
    const hours = Hours.parse({
      sun: ['00:30-01:45', '02:15-09:00'],
      mon: ['06:00-11:10', '11:10-22:00'],
      wed: ['00:00-24:00'],
      thu: ['00:00-00:01'],
      sat: ['23:00-24:00'],
    });
    const holidays = Holidays.parse([
      { date: '2026-05-27', name: 'Founders', hours: [] },
      { date: '2026-07-05', name: 'The day after', hours: ['04:00-04:30', '20:00-24:00'] },
    ]);
    const minute = fc.integer({ min: at('2026-01-01T00:00:00Z') / 60_000, max: at('2027-01-01T00:00:00Z') / 60_000 });
    fc.assert(
      fc.property(
        minute,
        fc.integer({ min: 0, max: 59_999 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (m, ms, part) => {
          const now = Instant.parse(m * 60_000 + ms);
          const state = opening({ hours, holidays }, CHICAGO, now);
          if (!state.open || state.until === null) return;
          expect(state.until).toBeGreaterThan(now);
          expect(opening({ hours, holidays }, CHICAGO, state.until)).toEqual({ open: false });
          const between = Instant.parse(Math.floor(now + (state.until - now) * part));
          expect(opening({ hours, holidays }, CHICAGO, between)).toEqual(state);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('take no holiday twice, and no day that is none', () => {
    const christmas = { date: '2026-12-25', name: 'Christmas', hours: [] };
    expect(Holidays.safeParse([christmas, christmas]).success).toBe(false);
    expect(Holidays.safeParse([{ ...christmas, date: '2026-02-30' }]).success).toBe(false);
  });

  it.each([
    [{ mon: ['6:00-22:00'] }, '06:00-22:00'],
    [{ mon: ['22:00-06:00'] }, 'the end must come after'],
    [{ monday: [] }, 'monday'],
  ])('%o is refused', (written, why) => {
    expect(JSON.stringify(Hours.safeParse(written).error?.issues)).toContain(why);
  });

  it('begins a day at its midnight', () => {
    expect(new Date(startOfDay('2026-04-06', CHICAGO)).toISOString()).toBe('2026-04-06T05:00:00.000Z');
    expect(new Date(startOfDay('2026-03-08', CHICAGO)).toISOString()).toBe('2026-03-08T06:00:00.000Z');
    expect(new Date(startOfDay('2026-03-08', 'Pacific/Auckland')).toISOString()).toBe('2026-03-07T11:00:00.000Z');
  });

  it.each([
    ['America/Santiago', '2026-09-06', '04:00'],
    ['America/Santiago', '2026-04-05', '04:00'],
    ['America/Havana', '2026-03-08', '05:00'],
    // Midnight comes twice: the day begins with the first.
    ['America/Havana', '2026-11-01', '04:00'],
    ['Atlantic/Azores', '2026-03-29', '01:00'],
    ['Atlantic/Azores', '2026-10-25', '00:00'],
    // A day that was left out begins with the next.
    ['Pacific/Apia', '2011-12-30', '10:00'],
  ])('begins a day without a midnight, or with two, when its date is first shown: %s %s', (zone, date, utc) => {
    expect(new Date(startOfDay(date, zone)).toISOString()).toBe(`${date}T${utc}:00.000Z`);
  });

  it('begins every day of a year when its date is first shown, in every zone', () => {
    const day = fc.integer({ min: 0, max: 364 });
    fc.assert(
      fc.property(fc.constantFrom(...Intl.supportedValuesOf('timeZone')), day, (zone, n) => {
        const date = new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
        const shown = (instant: number) => new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(instant);
        const start = startOfDay(date, zone);
        expect(shown(start)).toBe(date);
        expect(shown(start - 1) < date).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    // Saturday ends at 24:00, and Sunday begins at 01:00.
    ['America/Santiago', '2026-09-05T23:30:00-04:00', { sat: ['20:00-24:00'] }, '2026-09-06T04:00:00.000Z'],
    ['America/Santiago', '2026-09-06T01:00:00-03:00', { sun: ['00:00-02:00'] }, '2026-09-06T05:00:00.000Z'],
    [
      'America/Santiago',
      '2026-09-05T23:30:00-04:00',
      { sat: ['20:00-24:00'], sun: ['00:00-02:00'] },
      '2026-09-06T05:00:00.000Z',
    ],
    // 23:00 to 24:00 comes twice.
    ['America/Santiago', '2026-04-04T23:30:00-03:00', { sat: ['20:00-24:00'] }, '2026-04-05T04:00:00.000Z'],
    ['Atlantic/Azores', '2026-03-28T23:30:00-01:00', { sat: ['20:00-24:00'] }, '2026-03-29T01:00:00.000Z'],
    // 00:00 to 01:00 comes twice.
    ['America/Havana', '2026-11-01T00:30:00-04:00', { sun: ['00:00-01:00'] }, '2026-11-01T06:00:00.000Z'],
  ])('keeps its hours where clocks change at midnight: %s, %s', (zone, now, hours, expected) => {
    expect(until(Hours.parse(hours), zone, now)).toBe(expected);
  });
});
