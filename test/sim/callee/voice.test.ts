import { afterEach, describe, expect, test } from 'vitest';
import { type CalleeOptions, startCallee } from '../../../sim/callee/callee.ts';
import { speechLike } from '../../../sim/callee/speech.ts';
import { startPhone, steadiest } from '../../interop/audio.ts';
import { toneFrames } from '../../signal.ts';
import { until } from '../../terminal/telephony/sip/fakes.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function talking(options: Partial<CalleeOptions> = {}) {
  const callee = await startCallee({ realm: 'jail.example', user: 'terminal', password: 'a secret', ...options });
  closers.push(() => callee.close());
  const ear: Int16Array[] = [];
  callee.ear.subscribe((frame) => ear.push(frame));
  const phone = await startPhone(callee.port, toneFrames(1_000, -15));
  closers.push(() => phone.close());
  phone.account.dial('one', '+12025550123', { privileged: false });
  await until('ringing', () => phone.happened('ringing'));
  await callee.answer();
  await until('answered', () => phone.happened('answered'));
  return { callee, phone, ear };
}

const loud = (samples: Int16Array, frequency: number, level: number) =>
  steadiest(samples, frequency, 16_000) > level - 0.5;
const joined = (frames: readonly Int16Array[]) => Int16Array.from(frames.flatMap((frame) => [...frame]));
const keysOf = (events: readonly { type: string }[]) =>
  events.flatMap((e) => (e.type === 'far-digit' && 'digit' in e ? [e.digit] : [])).join('');

describe('the called party', () => {
  test('hears and is heard', async () => {
    const { callee, phone, ear } = await talking();
    phone.media.bridge('one', true);
    const tone = toneFrames(700, -12);
    const talk = setInterval(() => callee.mouth(tone()), 20);
    const [here, there] = [phone.frames(), ear.length];
    // Sound is late on a machine that has no time: what counts is that it comes, and at its level.
    await until('the called party to hear', () => loud(joined(ear.slice(there)), 1_000, -15), 40_000);
    // The test's own clock misses a frame now and then.
    await until('the caller to hear', () => loud(phone.earpiece(here), 700, -14), 40_000);
    clearInterval(talk);
    expect(steadiest(joined(ear.slice(there)), 1_000, 16_000)).toBeCloseTo(-15, 0);
  });

  test('presses keys that the terminal knows', async () => {
    const { callee, phone } = await talking();
    for (const key of '1590#*') callee.digit(key);
    await until('the keys', () => keysOf(phone.events).length >= 6);
    expect(keysOf(phone.events)).toBe('1590#*');
  });

  test('presses keys that are only heard', async () => {
    const { callee, phone } = await talking({ inBand: true });
    // A tone of 100 ms is lost where the machine stalls: a person presses again.
    const again = setInterval(() => callee.digit('5'), 1_000);
    await until('the key', () => phone.happened('far-digit'), 30_000);
    clearInterval(again);
    expect(phone.events.find((e) => e.type === 'far-digit')).toMatchObject({ digit: '5', source: 'in-band' });
  });

  test('talks nonsense that is no key, with pauses, at the level of speech', async () => {
    const signal = speechLike(2);
    const rms = Array.from({ length: 1_500 }, () => {
      const frame = signal();
      return Math.sqrt(frame.reduce((sum, s) => sum + s * s, 0) / frame.length) / 32_768;
    });
    const mean = 20 * Math.log10(Math.sqrt(rms.reduce((sum, r) => sum + r * r, 0) / rms.length));
    expect(mean).toBeGreaterThan(-32);
    expect(mean).toBeLessThan(-16);
    expect(rms.filter((r) => r < 1e-4).length).toBeGreaterThan(100);
    const { phone } = await talking();
    const from = phone.frames();
    await until('five seconds', () => phone.frames() > from + 250);
    expect(keysOf(phone.events)).toBe('');
  });
});
