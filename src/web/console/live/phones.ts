import { batch, type Signal, signal } from '@preact/signals';
import type { LivePhone } from '../../../protocol/api/live.ts';
import type { TerminalId, UnitId } from '../../../protocol/units.ts';
import type { Seen } from './seen.ts';
import { needsLook, stateOf } from './state.ts';
import { count, type Tally, tallyOf } from './tally.ts';

const rows = new Map<TerminalId, Signal<Seen>>();
/** What came since the last frame: of each phone the last. */
const waiting = new Map<TerminalId, LivePhone>();
let frame: number | undefined;
let startOver = false;

/** Grows when phones come, go or move to another unit. */
export const shape = signal(0);
/** Grows with every frame in which a phone changed. */
export const tick = signal(0);
export const tallies = signal<{ all: Tally; units: ReadonlyMap<UnitId, Tally> }>({ all: tallyOf(), units: new Map() });
/** False until all phones have come once. */
export const known = signal(false);

export const rowOf = (terminal: TerminalId): Signal<Seen> | undefined => rows.get(terminal);
export const allRows = (): Iterable<Signal<Seen>> => rows.values();

/** Takes phones as they are now; they are shown with the next frame. `first`: those that are not among them, or come before it, are gone. */
export function take(phones: readonly LivePhone[], first: boolean): void {
  if (first) {
    waiting.clear();
    startOver = true;
  }
  for (const phone of phones) waiting.set(phone.terminal, phone);
  frame ??= requestAnimationFrame(show);
}

/** Forgets all phones: another facility is looked at. */
export function forget(): void {
  if (frame !== undefined) cancelAnimationFrame(frame);
  frame = undefined;
  startOver = false;
  waiting.clear();
  batch(() => {
    rows.clear();
    known.value = false;
    tallies.value = { all: tallyOf(), units: new Map() };
    shape.value += 1;
  });
}

function show(): void {
  frame = undefined;
  batch(() => {
    let moved = startOver;
    if (startOver) rows.clear();
    startOver = false;
    for (const phone of waiting.values()) moved = put(phone) || moved;
    waiting.clear();
    known.value = true;
    countAll();
    if (moved) shape.value += 1;
    tick.value += 1;
  });
}

/** Whether the phone is new, or hangs elsewhere than before. */
function put(phone: LivePhone): boolean {
  const row = rows.get(phone.terminal);
  const last = row?.peek();
  const seen: Seen = { phone, state: stateOf(phone), look: needsLook(phone) };
  if (row) row.value = seen;
  else rows.set(phone.terminal, signal(seen));
  return last?.phone.unit !== phone.unit;
}

function countAll(): void {
  const all = tallyOf();
  const units = new Map<UnitId, Tally>();
  for (const row of rows.values()) {
    const seen = row.peek();
    const unit = units.get(seen.phone.unit) ?? tallyOf();
    units.set(seen.phone.unit, unit);
    count(all, seen);
    count(unit, seen);
  }
  tallies.value = { all, units };
}
