import { FAULTS } from '../../../src/protocol/messages.ts';
import { type CallId, KEYS, type Key, millis } from '../../../src/protocol/units.ts';
import type { CoreEvent } from '../../../src/terminal/call/event.ts';
import { locked, OPEN, QUALITY } from './driver.ts';
import { NUMBER, PIN } from './platform.ts';
import { TERMINALS, type World } from './world.ts';

/** One thing that happens: which, and how, each from 0 to 255. */
export type Move = readonly [which: number, how: number];

const key = (world: World, key: string) => world.tell({ type: 'key', key: key as Key });

/** The key a caller presses who knows what he wants. */
function wanted(world: World, how: number): string {
  const { call, settings } = world.state;
  if (world.plan === 'maintenance' && 'star' in call) return call.star ? '#' : '*';
  const hotline = settings.hotlines[how % 2];
  if (world.plan === 'hotline' && hotline && 'code' in call) {
    return hotline.code[call.code === null ? 0 : call.code.keyed + 1] ?? '#';
  }
  if (call.phase === 'pin') return how < 4 ? '5' : (PIN[call.pin.length] ?? '#');
  if (call.phase === 'number') return NUMBER[call.digits.length] ?? '#';
  return how < 200 ? '1' : '2';
}

/** What a called party presses: mostly to accept. */
const DECISIONS: readonly Key[] = ['1', '1', '1', '1', '1', '1', '2', '3', '9', '9', '9', '5'];

const failed = ({ random }: World, call: CallId): CoreEvent => ({
  type: 'dial-failed',
  call,
  failure: random.pick(['busy', 'rejected', 'unreachable', 'network'] as const),
  sip: random.pick([486, 603, null]),
});

/** What brings the call on: as people mostly do. */
function sensible(world: World, how: number): void {
  const call = world.call;
  if (call === null) {
    world.tell({ type: 'off-hook', call: world.newCall() });
    return;
  }
  switch (world.state.call.phase) {
    case 'language':
    case 'pin':
    case 'number':
      world.pass(how * 4);
      key(world, wanted(world, how));
      break;
    case 'enrolling':
      world.pass(how * 40);
      if (how < 100) key(world, how < 80 ? '1' : '2');
      break;
    case 'dialling':
      world.tell(how < 16 ? failed(world, call) : { type: 'ringing', call });
      break;
    case 'ringing':
      if (how < 16) world.pass(50_000);
      else world.tell(how < 32 ? failed(world, call) : { type: 'answered', call });
      break;
    case 'greeting':
      if (how < 16) world.pass(60_000);
      else world.tell({ type: 'far-digit', call, digit: DECISIONS[how % DECISIONS.length] ?? '1' });
      break;
    case 'maintenance':
      if (how < 16) world.pass(60_000);
      else if (how < 32) world.tell({ type: 'bench', on: false });
      else key(world, how < 120 ? '#' : (KEYS[how % KEYS.length] ?? '#'));
      break;
    case 'talking':
      if (how < 16) world.tell({ type: 'far-ended', call });
      else world.pass(how * 200);
      break;
    case 'ended':
      if (how < 128) world.pass(2_000);
      else world.tell({ type: 'on-hook' });
      break;
    default:
      world.pass(how * 40);
  }
}

/** Things that no one plans. */
const TROUBLES: readonly ((world: World, how: number) => void)[] = [
  (world) => world.tell({ type: 'on-hook' }),
  (world) => world.tell({ type: 'off-hook', call: world.newCall() }),
  (world, how) => key(world, KEYS[how % KEYS.length] ?? '#'),
  (world, how) => key(world, KEYS[how % KEYS.length] ?? '#'),
  (world, how) => world.tell({ type: 'volume', direction: (['down', 'up', 'next'] as const)[how % 3] ?? 'up' }),
  (world, how) => lockdown(world, how),
  (world, how) => world.tell({ type: 'bench', on: how < 160 }),
  (world) => world.tell({ type: 'cut-off' }),
  (world, how) => fault(world, how),
  (world) => world.tell({ type: 'registration', registration: world.random.pick(['registered', 'unregistered']) }),
  (world, how) => otherSettings(world, how),
  (world, how) => ofCall(world, how),
  (world, how) => again(world, how),
  (world, how) => twice(world, how),
  (world, how) => outOfOrder(world, how),
  (world, how) => world.tell({ type: 'key', key: KEYS[how % KEYS.length] ?? '#' }, world.at - how * 1_000),
  (world, how) => world.pass(how * 200),
  (world, how) => {
    world.at += how * 500;
  },
];

/** Mostly order is restored soon, or there would be few calls. */
function lockdown(world: World, how: number): void {
  const order = locked(how % 2 ? 'drop' : 'drain', how % 3 ? 'lockdown' : 'disabled');
  world.tell({ type: 'lockdown', lockdown: how < 128 ? order : OPEN });
  if (how < 128) world.later(how * 100, { type: 'lockdown', lockdown: OPEN });
}

/** The facility has changed its mind. */
function otherSettings(world: World, how: number): void {
  const { rules, hotlines } = world.random.pick(TERMINALS);
  world.tell(how % 2 ? { type: 'rules', rules } : { type: 'hotlines', hotlines });
}

function fault(world: World, how: number): void {
  const which = FAULTS[how % FAULTS.length] ?? 'keypad';
  world.tell({ type: 'fault', fault: which, state: 'raised' });
  world.later(how * 20, { type: 'fault', fault: which, state: 'cleared' });
}

/** Something of the far end, whether or not it makes sense now. */
function ofCall(world: World, how: number): void {
  const call = world.call;
  if (call === null) return;
  const events: readonly CoreEvent[] = [
    { type: 'ringing', call },
    { type: 'answered', call },
    { type: 'far-ended', call },
    ...[1, 2, 3, 4].map((n): CoreEvent => ({ type: 'media-lost', call, silence: millis(how * n * 50) })),
    { type: 'redirected', call, how: 'history', to: String(how) },
    ...[true, false].map((ok): CoreEvent => ({ type: 'bench-reply', call, request: how % 4, ok, clips: [] })),
    { type: 'hold', call, held: how % 2 === 0 },
    { type: 'quality', call, quality: QUALITY },
    failed(world, call),
    { type: 'far-digit', call, digit: KEYS[how % KEYS.length] ?? '1' },
  ];
  world.tell(events[how % events.length] ?? { type: 'on-hook' });
}

/** Something that has been, once more: of this call, or of one that is over. */
function again(world: World, how: number): void {
  const event = world.history[how % Math.max(1, world.history.length)];
  if (event && event.type !== 'off-hook') world.tell(event);
}

function twice(world: World, how: number): void {
  const due = world.next(how % 3);
  if (due === null) return;
  world.tell(due.event);
  world.tell(due.event);
}

function outOfOrder(world: World, how: number): void {
  const due = world.next(1 + (how % 3));
  if (due !== null) world.tell(due.event);
}

/** What people wait for; they do not wait until a timer lets them go, or seldom. */
const SOON = 900;

/** Makes one move in the world. What chance adds follows from the move alone, so that a failure shrinks well. */
export function play(world: World, [which, how]: Move): void {
  world.random.reseed(Math.imul(world.seed ^ (which << 8) ^ how, 0x9e37_79b1));
  if (which >= 232) TROUBLES[how % TROUBLES.length]?.(world, world.random.below(256));
  else if (which < 120 || !world.goOn(SOON)) sensible(world, how);
}

/** After all that, the phone must still work: everything is put right and a call made, all going well. */
export function stillWorks(world: World): void {
  world.tell({ type: 'on-hook' });
  world.tell({ type: 'lockdown', lockdown: OPEN });
  world.tell({ type: 'bench', on: false });
  for (const which of FAULTS) world.tell({ type: 'fault', fault: which, state: 'cleared' });
  world.tell({ type: 'off-hook', call: world.newCall() });
  for (const digit of world.state.call.phase === 'language' ? `1${PIN}` : PIN) key(world, digit);
}
