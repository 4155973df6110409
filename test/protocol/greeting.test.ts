import { createRequire } from 'node:module';
import type * as G711 from 'alawmulaw';
import { describe, expect, it } from 'vitest';
import {
  CentralGreeting,
  faultOf,
  GREETING_LEVEL,
  LONGEST_GREETING,
  signGreeting,
  speechLevel,
  verifyGreeting,
} from '../../src/protocol/greeting.ts';
import { SIGNED_AT_MOST } from '../../src/protocol/key-set.ts';
import { fromMulaw, toMulaw } from '../../src/protocol/mulaw.ts';
import { SignatureError } from '../../src/protocol/signed.ts';
import { makePlatformKeys } from '../platform-keys.ts';
import { spoken } from './spoken.ts';

const { mulaw } = createRequire(import.meta.url)('alawmulaw') as typeof G711;

it('G.711 mu-law is that of a library, each code and each sample', () => {
  for (let code = 0; code < 256; code++) expect(fromMulaw(code) + 0).toBe(mulaw.decodeSample(code) + 0);
  for (let sample = -32_768; sample < 32_768; sample++) expect(toMulaw(sample)).toBe(mulaw.encodeSample(sample) & 0xff);
});

describe('how a facility says its name', () => {
  it('is measured while somebody speaks', () => {
    const speech = Float64Array.from(spoken(2), (code) => fromMulaw(code) / 32_768);
    expect(speechLevel(speech)).toBeCloseTo(GREETING_LEVEL, 0);
    // Silence around it changes nothing.
    expect(speechLevel(Float64Array.from([...new Float64Array(8_000), ...speech]))).toBeCloseTo(GREETING_LEVEL, 0);
  });

  it.each([
    ['nothing', spoken(2), null],
    ['nothing', spoken(4), null],
    ['its length', spoken(0.2), 'short'],
    ['its length', spoken(4.1), 'long'],
    ['its length', new Uint8Array(0), 'short'],
    ['silence', new Uint8Array(16_000).fill(0xff), 'silent'],
    ['a whisper', spoken(2, -45), 'quiet'],
    ['a whistle', Uint8Array.from({ length: 16_000 }, (_, n) => toMulaw(12_000 * Math.sin(n))), 'loud'],
    ['being cut off', spoken(2, 6), 'clipped'],
    ['noise', Uint8Array.from({ length: 16_000 }, (_, n) => (n * 7919) % 256), 'clipped'],
  ])('is refused for %s', (_, sound, fault) => expect(faultOf(sound)).toBe(fault));

  it('fits what is read, at its longest; by another key, changed, or too long it is none', async () => {
    const { own, known } = await makePlatformKeys();
    const of = (sound: Uint8Array | null) =>
      CentralGreeting.parse({
        ...{ facility: 'a'.repeat(63), language: 'es', sequence: 1_000_000, since: Date.now() },
        sound: sound && Buffer.from(sound).toString('base64'),
      });
    const longest = of(Uint8Array.from({ length: LONGEST_GREETING }, (_, n) => n % 256));
    const jws = await signGreeting(longest, own.replies);
    expect(jws.length).toBeLessThan(SIGNED_AT_MOST);
    expect(await verifyGreeting(jws, known.replies)).toEqual(longest);
    expect((await verifyGreeting(await signGreeting(of(null), own.replies), known.replies)).sound).toBe(null);
    await expect(verifyGreeting(jws, (await makePlatformKeys()).known.replies)).rejects.toThrow(SignatureError);
    const at = jws.length >> 1;
    const changed = `${jws.slice(0, at)}${jws[at] === 'A' ? 'B' : 'A'}${jws.slice(at + 1)}`;
    await expect(verifyGreeting(changed, known.replies)).rejects.toThrow(SignatureError);
    expect(() => of(new Uint8Array(LONGEST_GREETING + 100))).toThrow();
  });
});
