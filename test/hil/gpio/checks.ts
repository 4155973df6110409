import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Key } from '../../../src/protocol/units.ts';
import type { HardwareEvent } from '../../../src/terminal/hardware/port.ts';
import { type Finding, spread } from './figures.ts';
import type { Phone } from './phone.ts';
import type { Wall } from './wall.ts';

interface Bench {
  readonly phone: Phone;
  readonly wall: Wall;
}

const SETTLED_MS = 300;
/** What is told later than this is told of something else. */
const LATE_MS = 100;

/** Random presses with bouncing contacts: what is told must be what was pressed, in order. */
export async function keys({ phone, wall }: Bench, seed: number, count: number, rate: number): Promise<Finding> {
  const wrong: string[] = [];
  const answer = await wall.order(`keys ${seed} ${count} ${rate}`);
  await pause(SETTLED_MS);
  const pressed = wall.take().filter(({ what }) => what === 'key');
  const told = phone.take().flatMap((event) => (event.type === 'key' ? [event] : []));
  const late: Record<string, number[]> = { down: [], up: [] };
  for (const key of new Set([...pressed.map(({ which }) => which), ...told.map((event) => event.key)])) {
    const done = pressed.filter(({ which }) => which === key);
    const heard = told.filter((event) => event.key === key);
    if (heard.length !== done.length)
      wrong.push(`a key was pressed ${done.length / 2} times and told ${heard.length / 2} times`);
    let next = 0;
    for (const [index, { state, at }] of done.entries()) {
      const event = heard[next];
      if (event?.edge === state && event.at - at < LATE_MS) {
        late[state]?.push(event.at - at);
        next++;
      } else {
        wrong.push(
          `a key ${state} was not told, ${Math.round(at - (done[index - 1]?.at ?? 0))} ms after its last edge`,
        );
      }
    }
  }
  const downs = (edges: readonly { key: string; edge: string }[]) =>
    edges.flatMap(({ key, edge }) => (edge === 'down' ? [key] : [])).join('');
  if (downs(told) !== downs(pressed.map(({ which, state }) => ({ key: which, edge: state }))))
    wrong.push('the order of presses was not kept');
  if (!answer.endsWith('fights=0')) wrong.push(`outputs were driven against each other: ${answer}`);
  const figures = { pressed: pressed.length / 2, told: told.length / 2 };
  return {
    wrong: wrong.slice(0, 5),
    figures: { ...figures, ...spread('keyDown', late.down ?? []), ...spread('keyUp', late.up ?? []) },
  };
}

/** The handset is flicked: within 50 ms what was told last must be how it is. */
export async function flicks({ phone, wall }: Bench, seed: number, count: number): Promise<Finding> {
  phone.take();
  const collections: number[] = [];
  const observer = new PerformanceObserver((list) => {
    collections.push(...list.getEntries().map(({ duration }) => duration));
  });
  observer.observe({ entryTypes: ['gc'] });
  await wall.order(`flick ${seed} ${count}`);
  await pause(SETTLED_MS);
  observer.disconnect();
  const moved = wall.take().filter(({ what }) => what === 'hook');
  const told = phone.take().flatMap((event) => (event.type === 'hook' ? [event] : []));
  const wrong: string[] = [];
  if (told.length !== moved.length) wrong.push(`${moved.length} flicks, ${told.length} told`);
  const late = moved.map(({ state, at }, index) => {
    const event = told[index];
    if (event?.hook !== state) wrong.push(`flick ${index} to ${state} was told as ${event?.hook ?? 'nothing'}`);
    return (event?.at ?? Number.NaN) - at;
  });
  const over = late.filter((ms) => !(ms <= 50)).length;
  if (over > 0) wrong.push(`${over} flicks were told later than 50 ms`);
  return {
    wrong: wrong.slice(0, 5),
    figures: { flicks: moved.length, ...spread('hook', late), ...spread('gc', collections) },
  };
}

const edgesOf = (events: readonly HardwareEvent[]): string =>
  events
    .flatMap((event) => (event.type === 'key' ? [`${event.edge === 'down' ? '+' : '-'}${event.key}`] : []))
    .join(' ');

/** Two keys at once, roll-over, three corners of a rectangle, a stuck key. Keys of a 3x4 pad. */
export async function chords({ phone, wall }: Bench, stuckMs: number): Promise<Finding> {
  const wrong: string[] = [];
  phone.take();
  const play = async (orders: readonly string[], expected: string) => {
    for (const order of orders) {
      await wall.order(order);
      await wall.order('wait 100');
    }
    await pause(SETTLED_MS);
    const told = edgesOf(phone.take());
    if (told !== expected) wrong.push(`${orders.join(', ')}: told ${told || 'nothing'}, ${expected} was right`);
  };
  const down = (key: Key) => `press ${key}`;
  const up = (key: Key) => `release ${key}`;
  await play([down('1'), down('5'), up('1'), up('5')], '+1 +5 -1 -5');
  await play([down('1'), down('2'), up('2'), up('1')], '+1 +2 -2 -1');
  // 1, 2 and 4 make 5 look pressed; 4 is believed when 1 begins to be let go.
  await play([down('1'), down('2'), down('4')], '+1 +2');
  await play([up('1'), up('2'), up('4')], '+4 -1 -2 -4');
  await play([down('8'), `wait ${stuckMs}`, down('3'), up('3'), up('8'), down('8'), up('8')], '+8 -8 +3 -3 +8 -8');
  wall.take();
  return { wrong, figures: {} };
}

/** Tamper switch, volume button and lamps. */
export async function others({ phone, wall }: Bench): Promise<Finding> {
  const wrong: string[] = [];
  phone.take();
  for (const order of ['tamper open', 'wait 60', 'tamper shut', 'wait 60', 'volume down', 'wait 60', 'volume up'])
    await wall.order(order);
  await pause(SETTLED_MS);
  const told = phone
    .take()
    .map((event) =>
      event.type === 'tamper' ? `tamper ${event.open}` : event.type === 'volume' ? event.direction : event.type,
    );
  if (told.join(', ') !== 'tamper true, tamper false, next') wrong.push(`told ${told.join(', ')}`);
  wall.take();
  phone.hardware.led('line', 'on');
  phone.hardware.led('fault', 'blink');
  await wall.order('lamps 3200');
  const seen = wall.take().filter(({ what }) => what === 'lamp');
  const blinks = seen.filter(({ which, state }) => which === 'fault' && state === 'high').map(({ at }) => at);
  if (
    seen
      .filter(({ which }) => which === 'line')
      .map(({ state }) => state)
      .join() !== 'high'
  )
    wrong.push('the line lamp is not lit');
  const gaps = blinks.slice(2).map((at, index) => at - (blinks[index + 1] ?? 0));
  if (gaps.length === 0 || gaps.some((gap) => Math.abs(gap - 1_000) > 100))
    wrong.push(`the fault lamp blinks every ${gaps.join(', ')} ms`);
  phone.hardware.led('line', 'off');
  phone.hardware.led('fault', 'off');
  return { wrong, figures: {} };
}

/** Nobody touches the phone: what that costs. */
export async function idle(seconds: number): Promise<Finding> {
  const before = process.cpuUsage();
  const switches = process.resourceUsage().voluntaryContextSwitches;
  await pause(seconds * 1_000);
  const { user, system } = process.cpuUsage(before);
  const wakeUps = process.resourceUsage().voluntaryContextSwitches - switches;
  return {
    wrong: [],
    figures: {
      idleCpuPercent: Math.round((user + system) / seconds / 100) / 100,
      wakeUpsPerSecond: Math.round(wakeUps / seconds),
    },
  };
}
