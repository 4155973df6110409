import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { startCallee } from '../../../../sim/callee/callee.ts';
import { openTestAccount, until } from './fakes.ts';

const SEED = Number(process.env.SEED ?? 7);
const CALLS = 8;
/** Datagrams lost of a hundred, each way. */
const LOSS = 30;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A network between a terminal and `target` that loses what the seed says. Returns its port. */
async function lossyTo(target: number): Promise<number> {
  let state = SEED;
  const lost = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return (state >> 16) % 100 < LOSS;
  };
  const near = createSocket('udp4').bind(0, '127.0.0.1');
  const far = createSocket('udp4').bind(0, '127.0.0.1');
  await Promise.all([once(near, 'listening'), once(far, 'listening')]);
  let terminal: RemoteInfo | undefined;
  near.on('message', (data, from) => {
    terminal = from;
    if (!lost()) far.send(data, target, '127.0.0.1');
  });
  far.on('message', (data) => {
    if (!lost() && terminal) near.send(data, terminal.port, terminal.address);
  });
  closers.push(async () => {
    near.close();
    far.close();
  });
  return near.address().port;
}

test(`calls come about and end though ${LOSS}% of what is sent is lost (SEED=${SEED})`, async () => {
  const callee = await startCallee({ realm: 'jail.example', user: 'terminal', password: 'a secret' });
  closers.push(() => callee.close());
  let state = 'idle';
  callee.states.subscribe((now) => {
    state = now;
  });
  const pace = { timing: { t1: 50, t2: 400 }, backOff: { first: 100, longest: 400 }, farewell: 500 };
  const { account, events, media } = await openTestAccount(await lossyTo(callee.port), { register: true }, pace);
  closers.push(() => account.close());
  const happened = (call: string, type: string) =>
    events.some((e) => e.type === type && 'call' in e && e.call === call);
  await until('registered', () => events.some((e) => e.type === 'registration' && e.state === 'registered'), 30_000);

  for (let n = 0; n < CALLS; n += 1) {
    const call = `call-${n}`;
    account.dial(call, '+12025550123', { privileged: false });
    await until('it to ring', () => state === 'ringing', 30_000);
    if (n % 4 === 0) account.hangUp(call);
    else {
      await callee.answer();
      await until('an answer', () => happened(call, 'answered'), 30_000);
      if (n % 2 === 0) account.hangUp(call);
      else callee.hangUp();
      if (n % 2 === 1) await until('its end', () => happened(call, 'far-ended'), 30_000);
    }
    await until('both to be idle', () => state === 'idle' && media.open_.size === 0, 30_000);
  }
  expect(events.filter((e) => e.type === 'answered')).toHaveLength(CALLS - CALLS / 4);
  expect(events.filter((e) => e.type === 'dial-failed')).toEqual([]);
});
