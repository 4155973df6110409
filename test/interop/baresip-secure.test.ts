import { afterEach, describe, expect, test } from 'vitest';
import { toneFrames } from '../signal.ts';
import { type PhoneOptions, startPhone, steadiest, tone, usual } from './audio.ts';
import { type BaresipOptions, startBaresip } from './peers/baresip.ts';
import { newAuthority } from './peers/certificates.ts';
import { startKamailio } from './peers/kamailio.ts';
import { has, until } from './peers/program.ts';

const NUMBER = '+12025550123';
/** Telephony at 8 kHz has nothing of it. */
const HIGH = 5_000;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function baresipWith(options: BaresipOptions = {}) {
  const baresip = await startBaresip(NUMBER, tone(700, -12, options.rate), undefined, options);
  closers.push(() => baresip.stop());
  const count = (type: string) => baresip.events.filter((e) => e.type === type).length;
  const suite = () =>
    baresip.events
      .findLast((e) => e.type === 'CALL_MENC')
      ?.param.split(',')
      .at(-1);
  return { ...baresip, count, suite };
}

async function phoneTo(port: number, options: PhoneOptions = {}, frequency = 1_000) {
  const phone = await startPhone(port, toneFrames(frequency, -15), options);
  closers.push(() => phone.close());
  const holds = () => phone.events.flatMap((e) => (e.type === 'hold' ? [e.held] : []));
  return { ...phone, holds };
}
type Phone = Awaited<ReturnType<typeof phoneTo>>;

async function dial(phone: Phone) {
  phone.account.dial('one', NUMBER, { privileged: false });
  await until('answered', () => phone.happened('answered'));
  phone.media.bridge('one', true);
}

const hears = (phone: Phone, frequency = 700) => {
  const from = phone.frames();
  return until('sound', () => steadiest(phone.earpiece(from), frequency, 16_000) > -12.6);
};

// What a plain call leaves out: encryption, wide band, hold, RTCP.
describe.skipIf(!has('baresip'))('baresip', () => {
  test('over TLS and SRTP with G.722: wide-band both ways, and RTCP both ways', async () => {
    const authority = await newAuthority('Carrier');
    closers.push(() => authority.close());
    const own = await authority.issue({ name: 'baresip', goodFor: ['IP:127.0.0.1'] });
    const baresip = await startBaresip(NUMBER, tone(HIGH, -12, 16_000), undefined, {
      tls: { own, authority: authority.certificate },
      encryption: 'srtp-mand',
      codecs: ['G722'],
      rate: 16_000,
    });
    closers.push(() => baresip.stop());
    const phone = await phoneTo(
      baresip.tlsPort,
      {
        trunks: [{ transport: 'tls' }],
        tls: { ca: authority.certificate },
        srtp: 'required',
        codecs: ['G722', 'PCMU'],
      },
      HIGH + 500,
    );
    await dial(phone);
    await hears(phone, HIGH);
    const from = phone.frames();
    await until('a round trip', () => phone.events.some((e) => e.type === 'quality' && e.quality.roundTrip !== null));
    const { quality } = phone.events.findLast((e) => e.type === 'quality') ?? {};
    expect(quality).toMatchObject({ codec: 'G722', encrypted: true, far: { loss: expect.any(Number) } });
    expect(quality?.roundTrip).toBeLessThan(200);
    // Chance says when ours go (RFC 3550 6.3.1).
    await until('two reports', () => baresip.events.filter((e) => e.type === 'CALL_RTCP').length >= 2, 20_000);
    phone.account.hangUp('one');
    await until('its end', () => baresip.events.some((e) => e.type === 'CALL_CLOSED'));
    expect(baresip.output()).not.toContain('failed to decrypt');
    expect(usual(phone.earpiece(from), HIGH, 16_000)).toBeCloseTo(-12, 0);
    expect(usual(phone.earpiece(from), HIGH + 500, 16_000)).toBeLessThan(-40);
    expect(usual(await baresip.heard(), HIGH + 500, 16_000)).toBeCloseTo(-15, 0);
  });

  // Which suite is taken is the callee's choice: what comes first is hidden from it on the way.
  test.skipIf(!has('kamailio')).each([
    [0, 'AEAD_AES_256_GCM'],
    [1, 'AES_CM_128_HMAC_SHA1_80'],
    [2, 'AES_CM_128_HMAC_SHA1_32'],
  ] as const)('with %i suites hidden takes %s', async (hiddenSuites, suite) => {
    const baresip = await baresipWith({ encryption: 'srtp-mand' });
    const kamailio = await startKamailio({ password: 'x', callee: `sip:127.0.0.1:${baresip.port}`, hiddenSuites });
    closers.push(() => kamailio.stop());
    const phone = await phoneTo(kamailio.port, { trunks: [{ password: 'x' }], srtp: 'required' });
    await dial(phone);
    await hears(phone);
    const from = phone.frames();
    await until('time for as much there', () => phone.frames() > from + 50);
    phone.account.hangUp('one');
    await until('its end', () => baresip.count('CALL_CLOSED') > 0);
    expect(baresip.suite()).toBe(suite);
    expect(steadiest(await baresip.heard(), 1_000, 8_000)).toBeCloseTo(-15, 0);
  });

  test.each(['off', 'required'] as const)('holds and takes up again, SRTP %s', async (srtp) => {
    const baresip = await baresipWith(srtp === 'required' ? { encryption: 'srtp-mand' } : {});
    const phone = await phoneTo(baresip.port, { srtp });
    await dial(phone);
    await hears(phone);
    baresip.command('hold');
    await until('hold', () => phone.holds().length === 1);
    const { sent } = await phone.media.stats('one');
    const frames = phone.frames();
    await until('a second', () => phone.frames() > frames + 50);
    // One may have been on its way when the stop was asked for.
    expect((await phone.media.stats('one')).sent).toBeLessThanOrEqual(sent + 1);
    baresip.command('resume');
    await until('no hold', () => phone.holds().length === 2);
    expect(phone.holds()).toEqual([true, false]);
    await hears(phone);
    await until('sound there', async () => (await phone.media.stats('one')).sent > sent + 25);
    phone.account.hangUp('one');
    await until('its end', () => baresip.count('CALL_CLOSED') > 0);
    expect(baresip.output()).not.toContain('failed to decrypt RTP');
  });

  test('knows no SRTP, which is required: no call', async () => {
    const baresip = await baresipWith();
    const phone = await phoneTo(baresip.port, { srtp: 'required' });
    phone.account.dial('one', NUMBER, { privileged: false });
    await until('failed', () => phone.happened('dial-failed'));
    expect(phone.events.filter((e) => e.type === 'dial-failed')).toMatchObject([{ failure: 'rejected', sip: 488 }]);
    expect(phone.happened('answered')).toBe(false);
  });

  test('wants SRTP, which is off: no call', async () => {
    const baresip = await baresipWith({ encryption: 'srtp-mand' });
    const phone = await phoneTo(baresip.port, { srtp: 'off' });
    phone.account.dial('one', NUMBER, { privileged: false });
    await until('failed', () => phone.happened('dial-failed'));
    expect(phone.events.filter((e) => e.type === 'dial-failed')).toMatchObject([{ failure: 'rejected', sip: 488 }]);
  });

  test.each([
    ['knows no SRTP', undefined, undefined],
    ['likes SRTP', 'srtp', 'AEAD_AES_256_GCM'],
  ] as const)('%s, which is preferred: a call', async (_, encryption, suite) => {
    const baresip = await baresipWith(encryption ? { encryption } : {});
    const phone = await phoneTo(baresip.port, { srtp: 'preferred' });
    await dial(phone);
    await hears(phone);
    expect(baresip.suite()).toBe(suite);
  });

  test('with opus: sound both ways', async () => {
    const baresip = await baresipWith({ codecs: ['opus'], rate: 16_000 });
    const phone = await phoneTo(baresip.port, { codecs: ['opus', 'PCMU'] });
    await dial(phone);
    const from = phone.frames();
    // Half a decibel is more than opus, and baresip's way from 16 kHz to its 48, promise.
    await until('sound', () => steadiest(phone.earpiece(from), 700, 16_000) > -13.5);
    await until('time for as much there', () => phone.frames() > from + 100);
    phone.account.hangUp('one');
    await until('its end', () => baresip.count('CALL_CLOSED') > 0);
    // Two channels, one as the other.
    expect(Math.abs(steadiest(await baresip.heard(), 1_000, 96_000) + 15)).toBeLessThan(1.5);
  });

  test.each(['udp', 'tcp'] as const)('calls over %s, and is refused', async (transport) => {
    const baresip = await baresipWith({ trace: true });
    const phone = await phoneTo(baresip.port, { trunks: [{ transport }] });
    await dial(phone);
    baresip.command('hangup');
    await until('ended', () => phone.happened('far-ended') && baresip.count('CALL_CLOSED') === 1);
    const contact = /^Contact: <(sip:terminal@[^>]+)>/m.exec(baresip.output())?.[1];
    const { length } = phone.events;
    baresip.command('dial', contact);
    await until('its end', () => baresip.count('CALL_CLOSED') === 2);
    expect(baresip.events.findLast((e) => e.type === 'CALL_CLOSED')?.param).toMatch(/403/);
    // How the earlier call was heard may still be told.
    expect(phone.events.slice(length).filter((e) => e.type !== 'quality')).toEqual([]);
  });
});
