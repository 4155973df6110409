import { afterEach, describe, expect, test } from 'vitest';
import { toneFrames } from '../signal.ts';
import { type PhoneOptions, startPhone, steadiest, tone } from './audio.ts';
import { type LinphoneOptions, startLinphone } from './peers/linphone.ts';
import { has, until } from './peers/program.ts';

const NUMBER = '+12025550123';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function talking(
  theirs: LinphoneOptions,
  ours: PhoneOptions,
  frequencies: readonly [number, number] = [700, 1_000],
) {
  const linphone = await startLinphone(tone(frequencies[0], -12, 16_000), 16_000, theirs);
  closers.push(() => linphone.stop());
  const phone = await startPhone(linphone.port, toneFrames(frequencies[1], -15), ours);
  closers.push(() => phone.close());
  phone.account.dial('one', NUMBER, { privileged: false });
  await linphone.until('answered', () => phone.happened('answered'));
  phone.media.bridge('one', true);
  return { linphone, phone };
}

/** Waits until a tone is in the earpiece at its level, dB. */
async function heard({ frames, earpiece }: Awaited<ReturnType<typeof startPhone>>, frequency: number, level: number) {
  const from = frames();
  const now = () => steadiest(earpiece(from), frequency, 16_000);
  await until('sound', () => now() > level - 0.5);
  expect(now()).toBeCloseTo(level, 0);
  await until('time for as much there', () => frames() > from + 75);
}

// Debian linphone-cli, whose media is mediastreamer2 and whose SIP is belle-sip.
describe.skipIf(!has('linphonec'))('Linphone', () => {
  test.each(['udp', 'tcp'] as const)('over %s: sound and keys both ways, and it hangs up', async (transport) => {
    const { linphone, phone } = await talking({}, { trunks: [{ transport }] });
    await heard(phone, 700, -12);
    for (const key of '159*0#') phone.media.sendDigit('one', key);
    await until('keys there', () => linphone.keys() === '159*0#');
    linphone.command('4');
    await until('a key here', () => phone.happened('far-digit'));
    linphone.command('terminate');
    await until('ended', () => phone.happened('far-ended'));
    // It sends STUN to both ports, which is for nobody and nothing wrong.
    expect(phone.happened('malformed')).toBe(false);
    expect(phone.events.filter((e) => e.type === 'far-digit')).toMatchObject([{ digit: '4', source: 'rfc4733' }]);
    expect(steadiest(await linphone.heard(), 1_000, 8_000)).toBeCloseTo(-15, 0);
  });

  test.each([
    ['required', 'required'],
    ['preferred', 'preferred'],
  ] as const)('with SRTP %s at its end and %s at ours', async (theirs, ours) => {
    const { linphone, phone } = await talking({ encryption: theirs }, { srtp: ours });
    await heard(phone, 700, -12);
    linphone.command('terminate');
    await until('ended', () => phone.happened('far-ended'));
    expect(steadiest(await linphone.heard(), 1_000, 8_000)).toBeCloseTo(-15, 0);
  });

  test('with G.722: wide-band both ways', async () => {
    const { linphone, phone } = await talking({ codecs: ['G722'] }, { codecs: ['G722', 'PCMU'] }, [5_000, 5_500]);
    const from = phone.frames();
    await until('sound', () => steadiest(phone.earpiece(from), 5_000, 16_000) > -20);
    await until('time for as much there', () => phone.frames() > from + 75);
    linphone.command('terminate');
    await until('ended', () => phone.happened('far-ended'));
    expect(steadiest(await linphone.heard(), 5_500, 16_000)).toBeGreaterThan(-23);
  });

  test('holds and takes up again', async () => {
    const { linphone, phone } = await talking({}, {});
    const holds = () => phone.events.flatMap((e) => (e.type === 'hold' ? [e.held] : []));
    await heard(phone, 700, -12);
    linphone.command('pause');
    await until('hold', () => holds().length === 1);
    const { sent } = await phone.media.stats('one');
    const frames = phone.frames();
    await until('a second', () => phone.frames() > frames + 50);
    expect((await phone.media.stats('one')).sent).toBeLessThanOrEqual(sent + 1);
    // Told to resume before our answer has reached it, it does not.
    await linphone.until('it to have paused', () => linphone.console().includes('is now paused'));
    linphone.command('resume 1');
    await until('no hold', () => holds().length === 2);
    expect(holds()).toEqual([true, false]);
    await heard(phone, 700, -12);
  });
});
