import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { toneFrames } from '../signal.ts';
import { type PhoneOptions, startPhone, steadiest } from './audio.ts';
import { has, until } from './peers/program.ts';
import { type SofiaCommand, startSofia } from './peers/sofia.ts';

const NUMBER = '+12025550123';
const canBuild = has('gcc') && existsSync('/usr/include/sofia-sip-1.12/sofia-sip/nua.h');

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function called(sessionTimer = 0, options: PhoneOptions = {}) {
  const sofia = await startSofia(sessionTimer);
  closers.push(() => sofia.stop());
  const phone = await startPhone(sofia.port, toneFrames(1_000, -15), options);
  closers.push(() => phone.close());
  phone.account.dial('one', NUMBER, { privileged: false });
  await until('INVITE', () => sofia.events().some((e) => e.startsWith('i_invite')));
  const told = () =>
    phone.events.flatMap((e) => (e.type === 'hold' ? [`hold ${e.held}`] : 'call' in e ? [e.type] : []));
  /** Tells it to do something, and waits for how it went. */
  const does = async (command: SofiaCommand, event: string) => {
    const count = () => sofia.events().filter((e) => e.startsWith(event)).length;
    const before = count();
    sofia.command(command);
    await until(`${command}: ${event}`, () => count() > before);
  };
  const answer = async () => {
    await does('answer', 'i_ack');
    await until('answered', () => phone.happened('answered'));
    phone.media.bridge('one', true);
  };
  return { sofia, phone, told, does, answer };
}

// Debian libsofia-sip-ua-dev: a called party on its nua, built here.
describe.skipIf(!canBuild)('Sofia-SIP', () => {
  test('says that it rings and what it will answer reliably (PRACK), and answers', async () => {
    const { sofia, phone, told, does, answer } = await called();
    await does('ring', 'i_prack');
    await does('progress', 'i_prack');
    await answer();
    await until('sound there', () => steadiest(sofia.ear.heard(), 1_000, 8_000) > -15.5);
    phone.account.hangUp('one');
    await until('BYE there', () => sofia.events().some((e) => e.startsWith('i_bye')));
    expect(told().slice(0, 1)).toEqual(['ringing']);
    expect(sofia.output().match(/^ {3}PRACK /gm)).toHaveLength(2);
    expect(sofia.output().match(/^ {3}RSeq: /gm)?.length).toBeGreaterThanOrEqual(2);
  });

  test('is cancelled between a reliable 180 and its answer', async () => {
    const { sofia, phone, does } = await called();
    await does('ring', 'i_prack');
    phone.account.hangUp('one');
    await until('CANCEL there', () => sofia.events().some((e) => e.startsWith('i_cancel')));
    await until('its end', () => sofia.events().some((e) => e.startsWith('i_terminated')));
  });

  test.each([
    ['re-INVITE', 'hold', 'resume', 'r_invite 200'],
    ['UPDATE', 'update-hold', 'update-resume', 'r_update 200'],
  ] as const)('holds and takes up again by %s', async (_, hold, resume, done) => {
    const { sofia, phone, told, does, answer } = await called();
    await answer();
    await until('sound there', () => steadiest(sofia.ear.heard(), 1_000, 8_000) > -15.5);
    await does(hold, done);
    await until('hold', () => told().at(-1) === 'hold true');
    const frames = phone.frames();
    await until('what was under way', () => phone.frames() > frames + 10);
    const heard = sofia.ear.heard().length;
    await until('a second', () => phone.frames() > frames + 60);
    expect(sofia.ear.heard()).toHaveLength(heard);
    await does(resume, done);
    await until('no hold', () => told().at(-1) === 'hold false');
    await until('sound again', () => steadiest(sofia.ear.heard().subarray(heard), 1_000, 8_000) > -15.5);
    await does('bye', 'r_bye 200');
    await until('ended', () => phone.happened('far-ended'));
  });

  test('refreshes the session by itself, once it has begun to', async () => {
    // Its timers count whole seconds, and a third of the time before the end we give it up (RFC 4028 section 10).
    const { sofia, phone, answer, does } = await called(9, { pace: { leastExpires: 2 } });
    await answer();
    // Until it asks for something itself, it leaves that to us.
    await does('update', 'r_update 200');
    const refreshes = () => sofia.events().filter((e) => e.startsWith('r_update 200'));
    await until('another', () => refreshes().length >= 2);
    expect(refreshes().every((e) => e.includes('session-expires=9 refresher=uac'))).toBe(true);
    expect(phone.happened('far-ended')).toBe(false);
    expect(phone.happened('hold')).toBe(false);
    const heard = sofia.ear.heard().length;
    await until('sound goes on', () => sofia.ear.heard().length > heard + 4_000);
  });

  test('leaves refreshing to the phone, which does', async () => {
    const { sofia, phone, answer } = await called(4, { pace: { leastExpires: 2 } });
    await answer();
    await until('two refreshes', () => sofia.events().filter((e) => e.startsWith('i_update 200')).length >= 2);
    expect(phone.happened('far-ended')).toBe(false);
    const heard = sofia.ear.heard().length;
    await until('sound goes on', () => sofia.ear.heard().length > heard + 4_000);
  });

  test('is asked for a session timer, and agrees', async () => {
    const { sofia, phone, answer, does } = await called(0, { sessionExpires: 1_800 });
    expect(sofia.events().find((e) => e.startsWith('i_invite'))).toContain('session-expires=1800');
    await answer();
    await does('update', 'r_update 200');
    expect(phone.happened('hold')).toBe(false);
    phone.account.hangUp('one');
    await until('BYE there', () => sofia.events().some((e) => e.startsWith('i_bye')));
  });
});
