import { batch, type Signal, signal } from '@preact/signals';
import type { LivePhone } from '../../../protocol/api/live.ts';
import type { TerminalId, UnitId } from '../../../protocol/units.ts';
import type { FromStream } from './messages.ts';
import type { Seen } from './seen.ts';
import { needsLook, stateOf } from './state.ts';
import { count, type Tally, tallyOf } from './tally.ts';

const rows = new Map<TerminalId, Signal<Seen>>();
/** What came since the last frame: of each phone the last. */
const waiting = new Map<TerminalId, LivePhone>();
let frame: number | undefined;
/** While all phones come: those that have come. */
let named: Set<TerminalId> | null = null;
/** All that there are, once they have come: others are taken away with the next frame. */
let complete: ReadonlySet<TerminalId> | null = null;

const units = new Map<UnitId, Tally>();
let all = tallyOf();

/** Grows when a phone obeys something else than before. */
export const closures = signal(0);
/** Grows when phones come, go or move to another unit. */
export const shape = signal(0);
/** Grows with every frame in which a phone changed. */
export const tick = signal(0);
export const tallies = signal<{ all: Tally; units: ReadonlyMap<UnitId, Tally> }>({ all: tallyOf(), units: new Map() });
/** False until all phones have come once. */
export const known = signal(false);

export const rowOf = (terminal: TerminalId): Signal<Seen> | undefined => rows.get(terminal);
export const allRows = (): Iterable<Signal<Seen>> => rows.values();

/** Takes phones as they are now; they are shown with the next frame. */
export function take({ phones, first, last }: Extract<FromStream, { type: 'phones' }>): void {
  if (first) named = new Set();
  for (const phone of phones) {
    waiting.set(phone.terminal, phone);
    named?.add(phone.terminal);
  }
  if (last) {
    complete = named;
    named = null;
  }
  frame ??= requestAnimationFrame(show);
}

/** Forgets all phones: another facility is looked at. */
export function forget(): void {
  if (frame !== undefined) cancelAnimationFrame(frame);
  frame = undefined;
  named = null;
  complete = null;
  waiting.clear();
  batch(() => {
    clear();
    known.value = false;
    tallies.value = { all, units: new Map() };
    closures.value += 1;
    shape.value += 1;
  });
}

function show(): void {
  frame = undefined;
  batch(() => {
    let moved = false;
    for (const phone of waiting.values()) moved = put(phone) || moved;
    waiting.clear();
    if (complete) {
      moved = dropOthers(complete) || moved;
      known.value = true;
    }
    complete = null;
    tallies.value = { all: { ...all }, units: new Map(units) };
    if (moved) shape.value += 1;
    tick.value += 1;
  });
}

/** Whether there were phones that are not among `these`; they are gone. */
function dropOthers(these: ReadonlySet<TerminalId>): boolean {
  const gone = [...rows].filter(([terminal]) => !these.has(terminal));
  for (const [terminal, row] of gone) {
    rows.delete(terminal);
    recount(row.peek(), null);
    closures.value += 1;
  }
  return gone.length > 0;
}

/** Whether the phone is new, or hangs elsewhere than before. */
function put(phone: LivePhone): boolean {
  const row = rows.get(phone.terminal);
  const last = row?.peek();
  const seen: Seen = { phone, state: stateOf(phone), look: needsLook(phone) };
  recount(last, seen);
  if (!last || !sameLockdown(last.phone.lockdown, phone.lockdown)) closures.value += 1;
  if (row) row.value = seen;
  else rows.set(phone.terminal, signal(seen));
  return last?.phone.unit !== phone.unit;
}

/** Counted as phones change: 5,000 are not counted anew for one. */
function recount(before: Seen | undefined, after: Seen | null): void {
  if (before) {
    count(all, before, -1);
    const unit = tallyIn(before.phone.unit);
    count(unit, before, -1);
    if (unit.phones === 0) units.delete(before.phone.unit);
  }
  if (after === null) return;
  count(all, after, 1);
  count(tallyIn(after.phone.unit), after, 1);
}

function tallyIn(unit: UnitId): Tally {
  const tally = units.get(unit) ?? tallyOf();
  units.set(unit, tally);
  return tally;
}

/** No phone is known any more. */
function clear(): void {
  rows.clear();
  units.clear();
  all = tallyOf();
}

const sameLockdown = (a: LivePhone['lockdown'], b: LivePhone['lockdown']): boolean =>
  a?.state === b?.state && a?.source === b?.source && a?.mode === b?.mode && a?.reason === b?.reason;
