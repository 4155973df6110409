import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Outage, Spans } from '../../../../src/platform/terminals/health/spans.ts';
import { OutOfOrder } from '../../../../src/protocol/api/reports.ts';
import { FAULTS, type TerminalStatus } from '../../../../src/protocol/messages.ts';
import { FacilityId, type Instant, TerminalId } from '../../../../src/protocol/units.ts';
import { lost, well } from './statuses.ts';

const facility = FacilityId.parse('cedar');
const phone = TerminalId.parse('t1');
const MINUTE = 60_000;

/** A table, in memory, with the rules of the true one: one that lasts a kind. */
function table() {
  let rows: Outage[] = [];
  const same = (a: Outage) => (b: Outage) => a.terminal === b.terminal && a.what === b.what && b.until === null;
  return {
    get rows() {
      return rows;
    },
    write(spans: Spans, now: Instant) {
      const due = spans.due(now);
      for (const row of due.begun) if (!rows.some(same(row))) rows.push(row);
      for (const row of due.changed) rows = rows.map((old) => (same(row)(old) ? { ...row, since: old.since } : old));
      spans.written(due, new Set([phone]), now);
      return due.begun.length + due.changed.length;
    },
  };
}

interface Said {
  readonly at: number;
  /** Null: the platform was started anew. It does not know then that something has ended less than a minute ago, nor in which life a phone was. */
  readonly status: TerminalStatus | null;
}

/** What a person would reckon from the whole history: out by what was last said, gaps under a minute closed. */
function plain(history: readonly Said[], what: OutOfOrder, end: number) {
  const spans: { since: number; until: number | null }[] = [];
  let birth = 0;
  for (const { at, status } of history) {
    const last = spans.at(-1);
    if (status === null) {
      if (last?.until != null && at - last.until < MINUTE) last.until = null;
      birth = 0;
      continue;
    }
    if (status.birth < birth) continue;
    birth = status.birth;
    const tells = what === 'offline' || status.online;
    if (!tells) continue;
    const out =
      what === 'offline'
        ? !status.online
        : status.online &&
          (what === 'not-registered' ? status.registration === 'unregistered' : status.faults.includes(what as never));
    if (out && (!last || last.until !== null)) {
      if (last?.until != null && at - last.until < MINUTE) last.until = null;
      else spans.push({ since: at, until: null });
    } else if (!out && last?.until === null) last.until = at;
  }
  // One that ended just now may go on: it is not over.
  return spans.map((span) => (span.until !== null && end - span.until < MINUTE ? { ...span, until: null } : span));
}

const status = fc.oneof(
  fc.integer({ min: 4, max: 6 }).map(lost),
  fc
    .tuple(fc.integer({ min: 4, max: 6 }), fc.boolean(), fc.subarray([...FAULTS]))
    .map(([birth, line, faults]) => well({ birth, faults, registration: line ? 'registered' : 'unregistered' })),
);
const pause = fc.oneof(fc.integer({ min: 1, max: 59_999 }), fc.integer({ min: 60_000, max: 900_000 }));
/** A status after a pause; or the platform is started anew. */
const step = fc.record({ pause, status: fc.option(status, { freq: 6 }) });

it('keeps what a person reckons from the same history, whenever it is written and however often it is started anew', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.array(fc.boolean(), { maxLength: 40 }), (steps, looks) => {
      const kept = table();
      const open = () => kept.rows.filter(({ until }) => until === null);
      let now = 1_000_000;
      let spans = new Spans(facility, [], () => true);
      const history: Said[] = [];
      for (const [n, { pause, status }] of steps.entries()) {
        // While nothing is said it is looked each second; each minute will do here.
        for (const until = now + pause; now < until; now = Math.min(until, now + MINUTE))
          kept.write(spans, now as Instant);
        kept.write(spans, now as Instant);
        if (status) {
          history.push({ at: now, status });
          spans.hear(phone, status, now as Instant);
          if (looks[n] === true) kept.write(spans, now as Instant);
        } else {
          // What stands at the broker is said again, and nothing was lost in between.
          spans = new Spans(facility, open(), () => true);
          const last = history.findLast(({ status }) => status !== null)?.status;
          history.push({ at: now, status: null });
          if (last) {
            history.push({ at: now, status: last });
            spans.hear(phone, last, now as Instant);
          }
        }
      }
      kept.write(spans, now as Instant);
      for (const what of OutOfOrder.options) {
        const rows = kept.rows.filter((row) => row.what === what).map(({ since, until }) => ({ since, until }));
        expect(rows).toEqual(plain(history, what, now));
      }
    }),
    { numRuns: 500 },
  );
});

it('a phone that flaps is written once, and one that is well never', () => {
  const kept = table();
  const spans = new Spans(facility, [], () => true);
  let written = 0;
  for (let now = 0; now < 3_600_000; now += 1_000) {
    spans.hear(phone, (now / 1_000) % 2 ? well() : lost(), now as Instant);
    spans.hear(TerminalId.parse('t2'), well({ hook: (now / 1_000) % 2 ? 'on' : 'off' }), now as Instant);
    written += kept.write(spans, now as Instant);
  }
  expect(written).toBe(1);
  expect(kept.rows).toMatchObject([{ what: 'offline', since: 0, until: null }]);
});

it('what lasts ten minutes is told once, over a new start too; what finds no room is not forgotten as long as it lasts', () => {
  const kept = table();
  let room = false;
  const spans = new Spans(facility, [], () => room);
  spans.hear(phone, lost(), 0 as Instant);
  expect(kept.write(spans, 1_000 as Instant)).toBe(0);
  room = true;
  expect(kept.write(spans, 2_000 as Instant)).toBe(1);
  expect(spans.lasting(599_999 as Instant)).toEqual([]);
  expect(spans.lasting(600_000 as Instant)).toMatchObject([{ terminal: phone, what: 'offline', since: 0 }]);
  expect(spans.lasting(600_001 as Instant)).toEqual([]);
  kept.write(spans, 600_001 as Instant);
  expect(new Spans(facility, kept.rows, () => true).lasting(700_000 as Instant)).toEqual([]);
});

it('what is of no phone is tried again after a while, and lost if it is over without ever having had room', () => {
  const spans = new Spans(facility, [], () => true);
  spans.hear(phone, lost(), 0 as Instant);
  const due = spans.due(0 as Instant);
  spans.written(due, new Set(), 0 as Instant);
  expect(spans.due(59_999 as Instant).begun).toEqual([]);
  expect(spans.due(60_000 as Instant).begun).toHaveLength(1);
  const full = new Spans(facility, [], () => false);
  full.hear(phone, lost(), 0 as Instant);
  full.hear(phone, well(), 1_000 as Instant);
  expect(full.due(2_000 as Instant)).toMatchObject({ begun: [], lost: 0 });
  expect(full.due(61_000 as Instant)).toMatchObject({ begun: [], lost: 1 });
  expect(full.due(62_000 as Instant)).toMatchObject({ begun: [], lost: 0 });
});
