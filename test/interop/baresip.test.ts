import { afterEach, describe, expect, test } from 'vitest';
import { toneFrames } from '../signal.ts';
import { startPhone, steadiest } from './audio.ts';
import { startBaresip } from './peers/baresip.ts';
import { has, until } from './peers/program.ts';

const NUMBER = '+12025550123';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function talking() {
  const tone = Int16Array.from({ length: 30 * 8_000 }, (_, n) =>
    Math.round(32_767 * 10 ** (-12 / 20) * Math.sin((2 * Math.PI * 700 * n) / 8_000)),
  );
  const baresip = await startBaresip(NUMBER, tone);
  closers.push(() => baresip.stop());
  const phone = await startPhone(baresip.port, toneFrames(1_000, -15));
  closers.push(() => phone.close());
  phone.account.dial('one', NUMBER, { privileged: false });
  await until('answered', () => phone.happened('answered'));
  return { baresip, phone };
}

// A whole call to baresip (Debian baresip-core) with sound both ways.
describe.skipIf(!has('baresip'))('baresip', () => {
  test('hears the terminal and is heard by it, at the right frequency and level', async () => {
    const { baresip, phone } = await talking();
    phone.media.bridge('one', true);
    const from = phone.frames();
    await until('sound', () => steadiest(phone.earpiece(from), 700, 16_000) > -12.5);
    await until('time for as much there', () => phone.frames() > from + 3 * 50);
    phone.account.hangUp('one');
    await until('its end', () => baresip.events.some((e) => e.type === 'CALL_CLOSED'));
    const heardHere = phone.earpiece(from);
    const heardThere = await baresip.heard();
    expect(steadiest(heardHere, 700, 16_000)).toBeCloseTo(-12, 0);
    expect(steadiest(heardHere, 1_000, 16_000)).toBeLessThan(-45);
    expect(steadiest(heardThere, 1_000, 8_000)).toBeCloseTo(-15, 0);
    expect(steadiest(heardThere, 700, 8_000)).toBeLessThan(-45);
  });

  test('hears nothing while the bridge is shut', async () => {
    const { baresip, phone } = await talking();
    const from = phone.frames();
    await until('time', () => phone.frames() > from + 75);
    phone.account.hangUp('one');
    await until('its end', () => baresip.events.some((e) => e.type === 'CALL_CLOSED'));
    expect(steadiest(phone.earpiece(from), 700, 16_000)).toBeLessThan(-80);
    expect(steadiest(await baresip.heard(), 1_000, 8_000)).toBeLessThan(-60);
  });

  test('sends keys that arrive, and gets those that are sent', async () => {
    const { baresip, phone } = await talking();
    const keys = '159*0#';
    for (const key of keys) phone.media.sendDigit('one', key);
    await until('keys there', () => told(baresip.events) === keys);
    baresip.command('sndcode', '4');
    await until('a key here', () => phone.happened('far-digit'));
    expect(phone.events.filter((e) => e.type === 'far-digit')).toMatchObject([{ digit: '4', source: 'rfc4733' }]);
  });

  test('hangs up', async () => {
    const { baresip, phone } = await talking();
    baresip.command('hangup');
    await until('ended', () => phone.happened('far-ended'));
  });
});

function told(events: readonly { type: string; param: string }[]): string {
  return events.flatMap((e) => (e.type === 'CALL_DTMF_START' ? [e.param] : [])).join('');
}
