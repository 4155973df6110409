import { setTimeout as pause } from 'node:timers/promises';
import { filter, firstValueFrom, type ObservableInput, take, throwError, timeout } from 'rxjs';
import { fits } from '../../sim/scenarios/run.ts';
import type { Frame, World } from '../../sim/world/port.ts';
import type { Key } from '../../src/protocol/units.ts';
import { levelAt, toneFrames } from '../signal.ts';
import type { Samples } from './samples.ts';

const PIN = '10014821';
const NUMBER = '2025550123';
const LIMIT = 20_000;
/** How long the called party's key is down, ms: meanwhile he sends an event and no speech (RFC 4733). */
const PRESS = 100;
/** After which the beep of a key is over in the ear, ms. */
const BEEP_OVER = 200;
/** Heard for sure: far above what coding noise leaves at this frequency. */
const HEARD_DB = -35;

const inTime = <T>(what: string) =>
  timeout<T, ObservableInput<never>>({
    first: LIMIT,
    with: () => throwError(() => new Error(`${what} did not come in ${LIMIT} ms`)),
  });

/** The next time `tag` comes up in the timeline; to be asked for before the deed that brings it about. */
const next = (world: World, tag: string) => {
  // What the timeline tells at subscription is past.
  let live = false;
  const met = firstValueFrom(
    world.timeline.pipe(
      filter((entry) => live && fits(entry.tag, tag)),
      take(1),
      inTime(tag),
    ),
  );
  live = true;
  return met;
};

const frameWith = (frames: World['earpiece'], heard: (frame: Frame) => boolean) =>
  firstValueFrom(frames.pipe(filter(heard), take(1), inTime('sound')));

const press = async (world: World, keys: string) => {
  for (const key of keys) await world.act({ do: 'key', key: key as Key });
};

const sound = (frame: Frame) => frame.some((sample) => sample !== 0);
const tone = (frequency: number) => (frame: Frame) => levelAt(frame, frequency, 16_000) > HEARD_DB;

interface CallTimes {
  readonly lift: number;
  readonly beep: number;
  readonly invite: number;
  readonly twoWay: number;
  readonly drop: number;
  readonly idle: number;
}

/** Walks one call through and times what a person would wait for. The last thing in it is a lockdown that drops it. */
async function oneCall(world: World): Promise<CallTimes> {
  const now = () => performance.now();

  const first = frameWith(world.earpiece, sound);
  let start = now();
  await world.act({ do: 'lift' });
  await first;
  const lift = now() - start;

  const pin = next(world, 'phase:pin');
  await press(world, '1');
  await pin;
  const number = next(world, 'phase:number');
  // The first key hushes what is said; the second is heard alone.
  await press(world, PIN.slice(0, 1));
  await pause(BEEP_OVER);
  const beeps = frameWith(world.earpiece, tone(1_000));
  start = now();
  await press(world, PIN.slice(1, 2));
  await beeps;
  const beep = now() - start;
  await press(world, PIN.slice(2));
  await number;
  await press(world, NUMBER);
  const invited = next(world, 'callee:ringing');
  start = now();
  await press(world, '#');
  await invited;
  const invite = now() - start;

  const greeting = next(world, 'phase:greeting');
  await world.act({ do: 'callee', act: 'answer' });
  await greeting;
  // Each party speaks a tone of its own from now on, so that what arrives is told from prompts.
  const callerTone = toneFrames(1_100, -12);
  const calleeTone = toneFrames(1_700, -12);
  const speaking = setInterval(() => {
    world.mouthpiece(callerTone());
    world.calleeMouthpiece(calleeTone());
  }, 20);
  const both = Promise.all([frameWith(world.earpiece, tone(1_700)), frameWith(world.calleeEar, tone(1_100))]);
  start = now();
  await world.act({ do: 'callee', act: 'accept' });
  await both;
  const twoWay = now() - start - PRESS;
  clearInterval(speaking);

  const over = next(world, 'callee:idle');
  start = now();
  await world.act({ do: 'lockdown', scope: 'unit', state: 'lockdown', mode: 'drop', reason: 'bench' });
  await over;
  const drop = now() - start;

  const open = next(world, 'lockdown:open');
  await world.act({ do: 'lockdown', scope: 'unit', state: 'open', mode: 'drain', reason: 'bench' });
  await open;
  const rests = next(world, 'phase:idle');
  start = now();
  await world.act({ do: 'hang-up' });
  await rests;
  const idle = now() - start;
  return { lift, beep, invite, twoWay, drop, idle };
}

/** What a caller, a called party and a shift commander wait for, over `n` calls; the first two warm up and do not count. */
export async function benchCalls(world: World, n: number, progress: (done: number) => void): Promise<Samples[]> {
  const calls: CallTimes[] = [];
  for (let i = 0; i < n + 2; i += 1) {
    const call = await oneCall(world);
    if (i >= 2) calls.push(call);
    progress(i);
  }
  const of = (name: string, key: keyof CallTimes, target: number): Samples => ({
    name,
    unit: 'ms',
    values: calls.map((call) => call[key]),
    target,
  });
  return [
    of('handset lifted to first sound', 'lift', 60),
    of('key down to its beep', 'beep', 60),
    of('# to INVITE at the called party', 'invite', 50),
    of('accept key released to two-way audio', 'twoWay', 100),
    of('lockdown published to BYE', 'drop', 20),
    of('handset down to idle', 'idle', 20),
  ];
}
