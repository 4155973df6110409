import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toneFrames } from '../signal.ts';
import { type PhoneOptions, startPhone, steadiest, tone, usual } from './audio.ts';
import { startBaresip } from './peers/baresip.ts';
import { type Authority, type Certificate, newAuthority } from './peers/certificates.ts';
import { type KamailioOptions, startKamailio } from './peers/kamailio.ts';
import { has, until } from './peers/program.ts';

const NUMBER = '+12025550123';
const PASSWORD = 'one two three';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function carrier(options: Partial<KamailioOptions> = {}) {
  const baresip = await startBaresip(NUMBER, tone(700, -12));
  closers.push(() => baresip.stop());
  const kamailio = await startKamailio({ password: PASSWORD, callee: `sip:127.0.0.1:${baresip.port}`, ...options });
  closers.push(() => kamailio.stop());
  return { baresip, kamailio };
}

async function phoneAt(port: number, options: PhoneOptions = {}) {
  const [first, ...more] = options.trunks ?? [{}];
  const phone = await startPhone(port, toneFrames(1_000, -15), {
    ...options,
    trunks: [{ register: true, password: PASSWORD, ...first }, ...more],
    pace: { backOff: { first: 200, longest: 2_000 }, ...options.pace },
  });
  closers.push(() => phone.close());
  const registered = () => {
    const last = phone.events.findLast((e) => e.type === 'trunk' && e.trunk === 'one');
    return last?.type === 'trunk' && last.state === 'up';
  };
  /** What was said last about a trunk that cannot be used. */
  const complaint = () => phone.events.findLast((e) => e.type === 'trunk' && e.state === 'down');
  return { ...phone, registered, complaint };
}
type Phone = Awaited<ReturnType<typeof phoneAt>>;

/** A whole call with sound both ways. */
async function talk(phone: Phone, { baresip }: Awaited<ReturnType<typeof carrier>>, call: string) {
  const answered = () => phone.events.some((e) => e.type === 'answered' && e.call === call);
  const closed = () => baresip.events.filter((e) => e.type === 'CALL_CLOSED').length;
  const before = closed();
  phone.account.dial(call, NUMBER, { privileged: false });
  await until('answered', answered);
  phone.media.bridge(call, true);
  const from = phone.frames();
  await until('sound', () => steadiest(phone.earpiece(from), 700, 16_000) > -12.5);
  await until('time for as much there', () => phone.frames() > from + 50);
  phone.account.hangUp(call);
  await until('its end', () => closed() > before);
  expect(steadiest(phone.earpiece(from), 700, 16_000)).toBeCloseTo(-12, 0);
  expect(steadiest(await baresip.heard(), 1_000, 8_000)).toBeCloseTo(-15, 0);
}

// Registrar and proxy: Debian kamailio and kamailio-tls-modules, with baresip behind it.
describe.skipIf(!has('kamailio') || !has('baresip'))('Kamailio', () => {
  let authority: Authority;
  let own: Certificate;
  beforeAll(async () => {
    authority = await newAuthority('Carrier');
    own = await authority.issue({ name: 'carrier', goodFor: ['DNS:localhost', 'IP:127.0.0.1'] });
    return () => authority.close();
  });

  test.each([
    ['udp', 'MD5'],
    ['udp', 'SHA-256'],
    ['tcp', 'MD5'],
    ['tls', 'SHA-256'],
  ] as const)('over %s with %s: registers, and calls', async (transport, algorithm) => {
    const peers = await carrier({ algorithm, tls: { own, authority: authority.certificate } });
    const { kamailio } = peers;
    const port = transport === 'tls' ? kamailio.tlsPort : kamailio.port;
    const phone = await phoneAt(port, { trunks: [{ transport }], tls: { ca: authority.certificate } });
    await until('registered', phone.registered);
    expect(await kamailio.contacts()).toHaveLength(1);
    // The first without credentials, the second with.
    expect(await kamailio.seen('REGISTER')).toBe(2);
    await talk(phone, peers, 'one');
    await phone.close();
    expect(await kamailio.contacts()).toEqual([]);
  });

  test('ends a call from its side, over TLS', async () => {
    const { kamailio, baresip } = await carrier({ tls: { own, authority: authority.certificate } });
    const phone = await phoneAt(kamailio.tlsPort, {
      trunks: [{ transport: 'tls' }],
      tls: { ca: authority.certificate },
    });
    await until('registered', phone.registered);
    phone.account.dial('one', NUMBER, { privileged: false });
    await until('answered', () => phone.happened('answered'));
    baresip.command('hangup');
    await until('ended', () => phone.happened('far-ended'));
  });

  test('is registered at again before the binding ends, also where the nonce has', async () => {
    const { kamailio } = await carrier({ expires: 3, nonceExpires: 1 });
    const phone = await phoneAt(kamailio.port);
    await until('three bindings', async () => (await kamailio.seen('registered')) >= 3);
    expect(phone.registered()).toBe(true);
    expect(await kamailio.contacts()).toHaveLength(1);
  });

  test('refuses a wrong password, and the phone says so', async () => {
    const { kamailio } = await carrier();
    const phone = await phoneAt(kamailio.port, { trunks: [{ password: 'wrong' }] });
    await until('refused', () => phone.complaint() !== undefined);
    expect(phone.events.findLast((e) => e.type === 'registration')).toMatchObject({ state: 'unregistered' });
    expect(phone.complaint()).toMatchObject({ trunk: 'one', detail: expect.stringMatching(/401|password/) });
    expect(await kamailio.contacts()).toEqual([]);
  });

  test.each(['udp', 'tcp'] as const)('gone and back, over %s: the phone finds it by itself', async (transport) => {
    const peers = await carrier({ expires: 3 });
    const { kamailio } = peers;
    const phone = await phoneAt(kamailio.port, { trunks: [{ transport }] });
    await until('registered', phone.registered);
    await kamailio.kill();
    // Over UDP nobody knows before the next REGISTER, which is given up after 64 T1.
    if (transport === 'tcp') await until('noticed', () => phone.complaint() !== undefined);
    await kamailio.restart();
    await until('registered again', async () => (await kamailio.seen('registered')) > 0, 30_000);
    await until('and knows it', phone.registered);
    await talk(phone, peers, 'one');
  });

  test('busy with 503: the call goes by the next trunk, and back when it is over', async () => {
    const { kamailio, baresip } = await carrier();
    await kamailio.answer(503);
    const phone = await phoneAt(kamailio.port, { trunks: [{}, { server: { host: '127.0.0.1', port: baresip.port } }] });
    const dial = async (call: string) => {
      phone.account.dial(call, NUMBER, { privileged: false });
      await until('answered', () => phone.events.some((e) => e.type === 'answered' && e.call === call));
      phone.account.hangUp(call);
    };
    await until('registered', phone.registered);
    await dial('one');
    expect(await kamailio.seen('INVITE')).toBe(1);
    expect(phone.complaint()).toMatchObject({ trunk: 'one', detail: expect.stringContaining('503') });
    await kamailio.answer(0);
    await until('used again', phone.registered);
    await dial('two');
    // One without credentials, one with.
    expect(await kamailio.seen('INVITE')).toBe(3);
    expect(phone.happened('dial-failed')).toBe(false);
  });

  test.each(['udp', 'tcp'] as const)('dead, over %s: the call goes by the next trunk', async (transport) => {
    const { kamailio, baresip } = await carrier();
    const phone = await phoneAt(kamailio.port, {
      trunks: [{ transport }, { server: { host: '127.0.0.1', port: baresip.port } }],
    });
    await until('registered', phone.registered);
    await kamailio.kill();
    phone.account.dial('one', NUMBER, { privileged: false });
    await until('answered', () => phone.happened('answered'));
    expect(phone.complaint()).toMatchObject({ trunk: 'one' });
    expect(phone.happened('dial-failed')).toBe(false);
  });

  test('passes on what SRTP and G.722 need, over TLS on either side', async () => {
    const tls = { own, authority: authority.certificate };
    const baresip = await startBaresip(NUMBER, tone(5_000, -12, 16_000), undefined, {
      encryption: 'srtp-mand',
      codecs: ['G722'],
      rate: 16_000,
      tls,
    });
    closers.push(() => baresip.stop());
    const kamailio = await startKamailio({
      password: PASSWORD,
      callee: `sip:127.0.0.1:${baresip.tlsPort};transport=tls`,
      tls,
    });
    closers.push(() => kamailio.stop());
    const phone = await phoneAt(kamailio.tlsPort, {
      trunks: [{ transport: 'tls' }],
      tls: { ca: authority.certificate },
      srtp: 'required',
      codecs: ['G722', 'PCMU'],
    });
    await until('registered', phone.registered);
    phone.account.dial('one', NUMBER, { privileged: false });
    await until('answered', () => phone.happened('answered'));
    phone.media.bridge('one', true);
    const started = phone.frames();
    await until('sound', () => steadiest(phone.earpiece(started), 5_000, 16_000) > -12.5);
    // What is remembered of the silence before takes a while to be forgotten.
    const from = phone.frames();
    await until('a second and a half', () => phone.frames() > from + 75);
    expect(usual(phone.earpiece(from), 5_000, 16_000)).toBeCloseTo(-12, 0);
    phone.account.hangUp('one');
    await until('its end', () => baresip.events.some((e) => e.type === 'CALL_CLOSED'));
    expect(steadiest(await baresip.heard(), 1_000, 16_000)).toBeCloseTo(-15, 0);
  });

  test('with a certificate of an authority unknown to the phone is not used', async () => {
    const other = await newAuthority('Somebody');
    closers.push(() => other.close());
    const stranger = await other.issue({ name: 'carrier', goodFor: ['IP:127.0.0.1'] });
    await refused(stranger, /authority that is not trusted/);
  });

  test('with a certificate for another name is not used', async () => {
    const misnamed = await authority.issue({ name: 'misnamed', goodFor: ['DNS:other.example', 'IP:127.0.0.2'] });
    await refused(misnamed, /its certificate is for .*other\.example.* not for 127\.0\.0\.1/);
  });

  test('with a certificate that has expired is not used', async () => {
    const expired = await authority.issue({ name: 'expired', goodFor: ['IP:127.0.0.1'], expired: true });
    await refused(expired, /expired/);
  });

  async function refused(theirs: Certificate, because: RegExp) {
    const kamailio = await startKamailio({
      password: PASSWORD,
      tls: { own: theirs, authority: authority.certificate },
    });
    closers.push(() => kamailio.stop());
    const phone = await phoneAt(kamailio.tlsPort, {
      trunks: [{ transport: 'tls' }],
      tls: { ca: authority.certificate },
    });
    await until('a complaint', () => phone.complaint() !== undefined);
    expect(phone.complaint()).toMatchObject({ trunk: 'one', detail: expect.stringMatching(because) });
    expect(await kamailio.seen('REGISTER')).toBe(0);
  }

  test('lets in only phones with a certificate, where it is told to', async () => {
    const { kamailio } = await carrier({ tls: { own, authority: authority.certificate, clientCertificate: true } });
    const trunks = [{ transport: 'tls' as const }];
    const without = await phoneAt(kamailio.tlsPort, { trunks, tls: { ca: authority.certificate } });
    await until('a complaint', () => without.complaint() !== undefined);
    expect(without.complaint()).toMatchObject({ detail: expect.stringContaining('sip.tls.cert') });
    expect(await kamailio.seen('REGISTER')).toBe(0);
    const ours = await authority.issue({ name: 'terminal', goodFor: ['DNS:terminal.jail.example'] });
    const phone = await phoneAt(kamailio.tlsPort, {
      trunks,
      tls: { ca: authority.certificate, cert: ours.certificate, key: ours.key },
    });
    await until('registered', phone.registered);
  });
});
