import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { alsaDevice } from '../../../src/terminal/audio/device/alsa.ts';
import { AudioWiring } from '../../../src/terminal/audio/device/wiring.ts';
import type { LoopbackResult, MediaEvent } from '../../../src/terminal/audio/port.ts';
import { type Media, startMedia } from '../../../src/terminal/telephony/media/start.ts';
import { levelAt } from '../../signal.ts';
import type { Finding } from '../gpio/figures.ts';
import type { Card } from './card.ts';
import { FAR_TONE, Far } from './far.ts';
import { ROOM_TONE, type Room } from './room.ts';

/** Patience with an emulated machine, and how often it is asked, ms: asking costs it too. */
const PATIENCE = 60_000;
const POLL = 300;

/** A card that is back sooner is not told of, ms. */
const BLINK = 5_000;

/** Sound by which it is judged what is heard, s. */
const HEARD = 0.25;

/** A terminal's sound on the card, and what it told. */
export interface Phone {
  readonly media: Media;
  readonly told: MediaEvent[];
}

const pcm = (card: Card, sub: number) => `plughw:CARD=${card.id},DEV=0,SUBDEV=${sub}`;

/** Starts sound as a board file of this card would. */
export async function startPhone(card: Card, rate: number): Promise<Phone> {
  const audio = AudioWiring.parse({ kind: 'alsa', capture: pcm(card, 1), playback: pcm(card, 0), rate });
  if (audio.kind !== 'alsa') throw new Error('a card of ALSA is wanted');
  const media = await startMedia({
    device: alsaDevice(audio),
    handset: audio.handset,
    recordings: { builtIn: packageRoot() },
    mediaTimeout: 3_600_000,
  });
  const told: MediaEvent[] = [];
  media.events.subscribe((event) => told.push(event));
  return { media, told };
}

/** Waits until `condition` holds; false where it never does. */
async function until(condition: () => boolean): Promise<boolean> {
  for (const end = performance.now() + PATIENCE; performance.now() < end; await wait(POLL))
    if (condition()) return true;
  return condition();
}

const states = ({ told }: Phone) => told.filter((event) => event.type === 'device');
const last = (phone: Phone) => states(phone).at(-1);

/** Starts with the card out, then puts it in. */
export async function late(card: Card, phone: Phone, room: Room): Promise<Finding> {
  const wrong: string[] = [];
  const said = await until(() => last(phone)?.state === 'fault');
  const detail = last(phone)?.detail ?? '';
  if (!said || !/is not there: plug it in|no sound card is there: plug it in/.test(detail))
    wrong.push(`a card that is not there is told so: ${detail}`);
  const count = states(phone).length;
  await wait(3_000);
  if (states(phone).length !== count) wrong.push('it is told once');
  await card.put();
  const since = performance.now();
  room.start();
  if (!(await until(() => last(phone)?.state === 'ok'))) wrong.push('the card is used once it is there');
  return { wrong, figures: { detail, okAfterMs: Math.round(performance.now() - since) } };
}

/** A call: its two ends, and the levels at which they hear each other. */
export async function openCall({ media }: Phone) {
  const far = await Far.open();
  const port = await media.open('call', '127.0.0.1', { privileged: false });
  media.connect('call', far.media);
  media.bridge('call', true);
  far.talk(port);
  return far;
}

const both = (far: Far, room: Room) => ({
  earDb: Math.round(levelAt(room.heard(HEARD), FAR_TONE, room.rate)),
  farDb: Math.round(levelAt(far.heard(HEARD), ROOM_TONE, 8_000)),
});

/** Both hear each other: each tone within a few dB of what was said. */
const heard = (far: Far, room: Room): boolean => {
  const { earDb, farDb } = both(far, room);
  return Math.abs(earDb + 15) < 4 && Math.abs(farDb + 12) < 4;
};

/** Sound passes both ways, RTP to card and card to RTP. */
export async function ways(far: Far, room: Room, media: Media): Promise<Finding> {
  const passes = await until(() => heard(far, room));
  const stats = await media.stats('call');
  await wait(5_000);
  const after = await media.stats('call');
  const lost = { underruns: after.underruns - stats.underruns, overruns: after.overruns - stats.overruns };
  return {
    wrong: passes ? [] : [`sound passes both ways: ${JSON.stringify(both(far, room))}`],
    figures: { ...both(far, room), underrunsIn5s: lost.underruns, overrunsIn5s: lost.overruns },
  };
}

/** The card is pulled in the middle of a call, and put in again: soon, and late. */
export async function pulled(card: Card, phone: Phone, far: Far, room: Room): Promise<Finding> {
  const wrong: string[] = [];
  const told = states(phone).length;
  const gone = performance.now();
  await Promise.all([card.pull(), room.stop()]);
  await wait(500);
  const silent = levelAt(far.heard(HEARD), ROOM_TONE, 8_000);
  await card.put();
  const since = performance.now();
  room.start();
  if (!(await until(() => heard(far, room))))
    wrong.push(`sound comes back in the same call: ${JSON.stringify(both(far, room))}`);
  const backMs = Math.round(performance.now() - since);
  const blinked = states(phone).slice(told);
  // An emulated machine may need longer for all this than a card may be gone.
  const goneMs = Math.round(performance.now() - gone);
  if (blinked.length > 0 && goneMs < BLINK) wrong.push(`a card that blinks is told of: ${JSON.stringify(blinked)}`);
  await Promise.all([card.pull(), room.stop()]);
  if (!(await until(() => last(phone)?.state === 'fault'))) wrong.push('a card that stays away is told');
  const detail = last(phone)?.detail ?? '';
  await card.put();
  room.start();
  if (!(await until(() => last(phone)?.state === 'ok'))) wrong.push('and told well again');
  if (!(await until(() => heard(far, room)))) wrong.push('sound comes back in the same call after a fault');
  return { wrong, figures: { silentDb: Math.round(silent), goneMs, backMs, told: blinked.length, detail } };
}

/** Programs that are held up lose sound, and it is counted. */
export async function counted(card: Card, phone: Phone, far: Far, room: Room): Promise<Finding> {
  const wrong: string[] = [];
  const figures: Record<string, number> = {};
  for (const [way, part] of [
    ['p', 'underruns'],
    ['c', 'overruns'],
  ] as const) {
    const pid = card.owner(0, way);
    const before = (await phone.media.stats('call'))[part];
    if (pid === null) wrong.push(`no program has the card's ${part === 'underruns' ? 'playback' : 'capture'} open`);
    else {
      process.kill(pid, 'SIGSTOP');
      await wait(500);
      process.kill(pid, 'SIGCONT');
    }
    await wait(2_000);
    figures[part] = (await phone.media.stats('call'))[part] - before;
    if (figures[part] === 0) wrong.push(`${part} of a program that was held up for half a second are counted`);
    if (!(await until(() => heard(far, room)))) wrong.push(`sound goes on after ${part}`);
  }
  const told = phone.told.filter((event) => event.type === 'xrun');
  for (const part of ['capture', 'playback'])
    if (!told.some((event) => event.part === part)) wrong.push(`lost sound of ${part} is told`);
  return { wrong, figures: { ...figures, told: told.length } };
}

/** The loop-back test tells rooms apart. */
export async function loopback(phone: Phone, room: Room): Promise<Finding> {
  const wrong: string[] = [];
  const figures: Record<string, string> = {};
  for (const [acoustics, verdict] of [
    ['handset', 'ok'],
    ['open-earpiece', 'open-earpiece'],
    ['open-microphone', 'open-microphone'],
    ['shorted-cord', 'shorted-cord'],
  ] as const) {
    room.acoustics = acoustics;
    let result: LoopbackResult = await phone.media.loopback();
    // An emulated machine loses sound, of the room as well.
    for (let again = 0; again < 5 && result.verdict !== verdict; again++) result = await phone.media.loopback();
    figures[acoustics] = `${result.verdict} ${JSON.stringify(result.figures)}`;
    // What says of itself that it lost sound is not wrong.
    const lost = result.verdict === 'unclear' && result.detail.includes('lost sound');
    if (result.verdict !== verdict && !lost) wrong.push(`${acoustics} is found: ${result.verdict}`);
  }
  return { wrong, figures };
}

/** A card that another program has, and one that may not be opened, are told as what they are. */
export async function others(card: Card, rate: number): Promise<Finding> {
  const wrong: string[] = [];
  const taker = spawn('arecord', [
    '--quiet',
    `--device=hw:CARD=${card.id},DEV=0,SUBDEV=1`,
    '--format=S16_LE',
    `--rate=${rate}`,
    '/dev/null',
  ]);
  await until(() => card.owner(0, 'c') !== null);
  const phone = await startPhone(card, rate);
  await until(() => last(phone)?.state === 'fault');
  const busy = last(phone)?.detail ?? '';
  if (!busy.includes(`another program has its capture (arecord, process ${taker.pid})`))
    wrong.push(`who has the card is told: ${busy}`);
  taker.kill();
  await once(taker, 'exit');
  if (!(await until(() => last(phone)?.state === 'ok'))) wrong.push('the card is used once it is free');
  await phone.media.close();
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const check = ['tierphone', 'board', 'check', '--here', join(packageRoot(), 'board/qemu.json')];
  const { stdout: refused } = spawnSync('setpriv', [...nobody, ...check], { encoding: 'utf8' });
  if (!/may not open \/dev\/snd\/pcm.*usermod -aG audio/s.test(refused))
    wrong.push(`what may not be opened is told: ${refused}`);
  return { wrong, figures: { busy } };
}
