import { inspect } from 'node:util';
import { CompactEncrypt } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { CallSecret } from '../../src/protocol/call-secret.ts';
import type { SealingPrivateKey, SealingPublicKey } from '../../src/protocol/keys.ts';
import { NameReply } from '../../src/protocol/messages.ts';
import { Pin } from '../../src/protocol/pin.ts';
import {
  openName,
  openPin,
  openToldName,
  openVoice,
  SealingError,
  sealName,
  sealPin,
  sealToldName,
  sealVoice,
} from '../../src/protocol/sealing.ts';
import { signReply } from '../../src/protocol/signing.ts';
import { LONGEST_NAME, SpokenName } from '../../src/protocol/spoken-name.ts';
import { FacilityId, Instant, TerminalId } from '../../src/protocol/units.ts';
import { Voice } from '../../src/protocol/voice.ts';
import { makePlatformKeys } from '../platform-keys.ts';
import { orderKey, publicOf } from '../terminal/fleet/phone.ts';
import { callOf } from '../terminal/storage/entries.ts';

const context = { call: callOf(1), terminal: TerminalId.parse('B-1') };
let open: SealingPrivateKey;
let seal: SealingPublicKey;
async function sealingKeys() {
  const { own, known } = await makePlatformKeys();
  return { open: own.sealing, seal: known.sealing };
}

beforeAll(async () => {
  ({ open, seal } = await sealingKeys());
});

test('what was sealed is opened, for the call and terminal it was sealed for and no other', async () => {
  const sealed = await sealPin(new Pin('4711'), seal, context);
  expect((await openPin(sealed, open, context)).pin.reveal()).toBe('4711');
  await expect(openPin(sealed, open, { ...context, call: callOf(2) })).rejects.toThrow('for another call');
  const terminal = TerminalId.parse('B-2');
  await expect(openPin(sealed, open, { ...context, terminal })).rejects.toThrow('of another terminal');
  await expect(openPin(sealed, (await sealingKeys()).open, context)).rejects.toThrow(SealingError);
});

test('its size does not tell the length of the PIN, and no two are alike', async () => {
  const sealed = await Promise.all(
    ['1', '4711', '12345678901234567890123456789012'].map((d) => sealPin(new Pin(d), seal, context)),
  );
  expect(new Set(sealed.map((text) => text.length)).size).toBe(1);
  expect(await sealPin(new Pin('1'), seal, context)).not.toBe(sealed[0]);
});

test('one changed character anywhere spoils it', async () => {
  const sealed = await sealPin(new Pin('4711'), seal, context);
  for (let at = 0; at < sealed.length; at += 11) {
    const other = sealed[at] === 'A' ? 'B' : 'A';
    // The last character of a part may hold bits that mean nothing: then the same bytes come out.
    const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
    const opened = await openPin(changed, open, context).then(
      ({ pin }) => pin,
      (error: unknown) => error,
    );
    if (opened instanceof Pin) expect(opened.reveal()).toBe('4711');
    else expect(opened).toBeInstanceOf(SealingError);
  }
});

test('what is sealed otherwise is not opened, and no error quotes it', async () => {
  const jwe = (content: unknown, header: object = {}) =>
    new CompactEncrypt(Buffer.from(JSON.stringify(content)))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', typ: 'tierphone-pin', ...header })
      .encrypt(seal);
  const good = { pin: '4711'.padEnd(32), ...context };
  const hostile = [
    '',
    'a.b.c.d.e',
    await jwe(good, { enc: 'A128GCM' }),
    await jwe(good, { alg: 'ECDH-ES+A256KW' }),
    await jwe(good, { typ: 'other' }),
    await jwe({ ...good, pin: '47x1' }),
    await jwe({ ...good, more: 1 }),
    await jwe({ ...good, secret: '47' }),
    await jwe('4711'),
  ];
  for (const sealed of hostile) {
    const error = await openPin(sealed, open, context).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(SealingError);
    expect(String(error)).not.toContain('47');
  }
});

test('a PIN that is none, and a key that cannot seal, are refused', async () => {
  await expect(sealPin(new Pin(''), seal, context)).rejects.toThrow('a PIN of 1 to 32 digits is wanted');
  await expect(sealPin(new Pin('1'), publicOf(await orderKey('x')), context)).rejects.toThrow('an X25519 public key');
});

test('a voice is opened for the call and terminal it was sealed for, and is no PIN', async () => {
  const voice = new Voice({
    answers: [{ embeddings: [], netSeconds: 0, snr: 0, band: 'wide', level: -60, clipped: 0 }],
    first: [],
  });
  const sealed = await sealVoice(voice, seal, context);
  expect((await openVoice(sealed, open, context)).reveal()).toEqual(voice.reveal());
  await expect(openVoice(sealed, open, { ...context, call: callOf(2) })).rejects.toThrow('for another call');
  await expect(openPin(sealed, open, context)).rejects.toThrow('not a PIN');
  const name = new SpokenName(Buffer.alloc(LONGEST_NAME, 0x5a).toString('base64'));
  const sealedName = await sealName(name, seal, context);
  expect(sealedName.length).toBeLessThan(50_000);
  expect((await openName(sealedName, open, context)).reveal()).toBe(name.reveal());
  await expect(openVoice(sealedName, open, context)).rejects.toThrow('not a voice');
});

test('what is sealed is shown by nothing but reveal', () => {
  const voice = new Voice({ answers: [], first: [] });
  for (const [hidden, shown] of [
    [new Pin('4711'), '[pin]'],
    [voice, '[voice]'],
    [new SpokenName('AAAA'), '[name]'],
    [CallSecret.make(), '[secret]'],
  ] as const) {
    expect(JSON.stringify({ hidden })).toBe(`{"hidden":"${shown}"}`);
    expect(String(hidden)).toBe(shown);
    expect(inspect({ hidden })).toBe(`{ hidden: ${shown} }`);
    expect(Object.keys(hidden)).toEqual([]);
  }
});

test('a secret comes with the PIN, is new each time, and does not change its size', async () => {
  const [secret, other] = [CallSecret.make(), CallSecret.make()];
  expect(other.reveal()).not.toBe(secret.reveal());
  const sealed = await Promise.all(['1', '12345678'].map((d) => sealPin(new Pin(d), seal, context, secret)));
  expect(new Set(sealed.map((text) => text.length)).size).toBe(1);
  expect((await openPin(sealed[1] ?? '', open, context)).secret?.reveal()).toBe(secret.reveal());
  expect((await openPin(await sealPin(new Pin('1'), seal, context), open, context)).secret).toBeNull();
});

test('a name that is told opens under the secret of its call alone, for that call of that terminal', async () => {
  const [secret, name] = [CallSecret.make(), new SpokenName('QUJD')];
  const sealed = await sealToldName(name, secret, context);
  expect((await openToldName(sealed, secret, context)).reveal()).toBe('QUJD');
  await expect(openToldName(sealed, CallSecret.make(), context)).rejects.toThrow(
    'the sealed spoken name cannot be opened',
  );
  await expect(openToldName(sealed, secret, { ...context, call: callOf(2) })).rejects.toThrow('for another call');
  const terminal = TerminalId.parse('B-2');
  await expect(openToldName(sealed, secret, { ...context, terminal })).rejects.toThrow('of another terminal');
  const key = Buffer.from(secret.reveal(), 'base64url');
  const jwe = (content: object, header: object = {}) =>
    new CompactEncrypt(Buffer.from(JSON.stringify(content)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: 'tierphone-told-name', ...header })
      .encrypt(key);
  const good = { sound: 'QUJD', ...context };
  expect((await openToldName(await jwe(good), secret, context)).reveal()).toBe('QUJD');
  for (const hostile of [
    'QUJD',
    await sealName(name, seal, context),
    await jwe(good, { alg: 'A256GCMKW' }),
    await jwe(good, { typ: 'tierphone-name' }),
    await jwe({ ...good, sound: '?' }),
    await jwe({ ...good, more: 1 }),
  ])
    await expect(openToldName(hostile, secret, context)).rejects.toThrow(SealingError);
});

test('the longest name fits into a signed answer, and that into what broker and phone take', async () => {
  const name = new SpokenName(Buffer.alloc(LONGEST_NAME, 0x5a).toString('base64'));
  const terminal = TerminalId.parse('t'.repeat(63));
  const sound = await sealToldName(name, CallSecret.make(), { call: callOf(1), terminal });
  const { own } = await makePlatformKeys();
  const facility = FacilityId.parse('f'.repeat(63));
  const id = crypto.randomUUID();
  const [at, exp] = [Instant.parse(2e12), Instant.parse(2e12)];
  const about = { v: 1, id, re: id, at, exp, facility, terminal, call: callOf(1) } as const;
  const body = NameReply.parse({ type: 'name', result: 'name', sound });
  // The packet has topic and header before it: the broker takes 512 more than is read.
  expect((await signReply({ ...about, body }, own.replies)).length).toBeLessThan(64 * 1024);
});
