import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandsetSound } from '../../../src/terminal/audio/handset-sound.ts';
import { CallRules } from '../../../src/terminal/call/settings.ts';
import { levelAt, toneFrames } from '../../signal.ts';
import { Stepped } from '../telephony/media/stepped.ts';

let world: Stepped;
beforeEach(() => {
  world = new Stepped();
});
afterEach(() => world.close());

const handset = (settings: object) => ({ handset: HandsetSound.parse(settings) });

describe('the levels of a handset', () => {
  it('are gains of either end, in dB', async () => {
    const { a, b } = await world.pair({}, handset({ microphone: 6, earpiece: -9 }));
    a.speak = toneFrames(1_000, -20);
    a.do({ type: 'bridge', call: 'a', on: true });
    b.do({ type: 'bridge', call: 'b', on: true });
    await world.step(100);
    expect(Math.abs(levelAt(b.last(25), 1_000) - (-20 + 6 - 9))).toBeLessThan(0.3);
  });

  it('rise by 12 dB and by 20 with the volume keys (36 CFR 1194 Appendix C 412.2; ADA 704.3), and no further than full scale', async () => {
    const { a, b } = await world.pair();
    b.speak = toneFrames(1_000, -40);
    a.do({ type: 'bridge', call: 'a', on: true });
    b.do({ type: 'bridge', call: 'b', on: true });
    const { volumeSteps } = CallRules.parse({});
    const [first = 0] = volumeSteps;
    expect(volumeSteps.map((step) => step - first)).toEqual(expect.arrayContaining([12, 20]));
    for (const gain of volumeSteps) {
      a.do({ type: 'volume', gain });
      await world.step(100);
      expect(Math.abs(levelAt(a.last(25), 1_000) - (-40 + gain))).toBeLessThan(0.5);
    }
  });

  it('let people hear themselves, and no louder when they turn the other party up', async () => {
    const a = world.add(handset({ sidetone: -18 }));
    a.speak = toneFrames(1_000, -12);
    await world.step(50);
    expect(Math.abs(levelAt(a.last(25), 1_000) + 30)).toBeLessThan(0.3);
    a.do({ type: 'volume', gain: 20 });
    await world.step(50);
    expect(Math.abs(levelAt(a.last(25), 1_000) + 30)).toBeLessThan(0.3);
    const plain = world.add();
    plain.speak = toneFrames(1_000, -12);
    await world.step(50);
    expect(levelAt(plain.last(25), 1_000)).toBeLessThan(-100);
  });

  it('come back slowly after a loud sound where a hearing aid has a limiter of its own', async () => {
    const after = async (profile: string) => {
      const { a, b } = await world.pair({}, handset({ profile }));
      a.do({ type: 'bridge', call: 'a', on: true }, { type: 'volume', gain: 20 });
      b.do({ type: 'bridge', call: 'b', on: true });
      b.speak = toneFrames(1_000, -6);
      await world.step(100);
      b.speak = toneFrames(1_000, -40);
      await world.step(30);
      return levelAt(a.last(5), 1_000);
    };
    // A limiter that breathes is back at -20 dBFS after half a second.
    expect(await after('standard')).toBeGreaterThan(-22);
    expect(await after('hearing-aid')).toBeLessThan(-30);
  });
});

describe('the echo of one own voice', () => {
  it('comes a second later, until it is over or a call begins', async () => {
    const a = world.add();
    a.do({ type: 'echo', on: true });
    await world.step(60);
    a.speak = toneFrames(1_000, -12);
    await world.step(45);
    expect(levelAt(a.last(40), 1_000)).toBeLessThan(-100);
    await world.step(40);
    expect(Math.abs(levelAt(a.last(25), 1_000) + 12)).toBeLessThan(0.3);
    await a.engine.open('c', '127.0.0.1', { privileged: false });
    await world.step(5);
    expect(levelAt(a.last(4), 1_000)).toBeLessThan(-100);
    a.do({ type: 'echo', on: true });
    await world.step(60);
    expect(levelAt(a.last(50), 1_000)).toBeLessThan(-100);
  });
});

describe('the loop-back test of a terminal', () => {
  /** A phone whose microphone hears its earpiece 100 ms later, `gain` as loud, in a quiet room. */
  const phone = (gain: number, settings: object = {}) => {
    const a = world.add(handset(settings));
    let n = 0;
    a.speak = () => {
      const [then, before] = [a.heard[a.heard.length - 5], a.heard[a.heard.length - 6]];
      return Int16Array.from({ length: 320 }, (_, k) => {
        // What is heard twice, a little apart, is uneven over the band.
        const twice = (then?.[k] ?? 0) + 0.7 * (k < 9 ? (before?.[311 + k] ?? 0) : (then?.[k - 9] ?? 0));
        n = (Math.imul(n, 1_664_525) + 1_013_904_223) | 0;
        return Math.round(gain * twice + (60 * n) / 2_147_483_648);
      });
    };
    return a;
  };
  const run = async (a: ReturnType<typeof phone>) => {
    const result = a.engine.loopback();
    await world.step(270);
    return result;
  };

  it('hears the earpiece by the microphone, whatever the gains are set to', { timeout: 60_000 }, async () => {
    const result = await run(phone(0.015, { microphone: 20, earpiece: -6 }));
    expect(result).toMatchObject({ verdict: 'ok', earpiece: 'ok', microphone: 'ok' });
    expect(result.figures.echo).toBeGreaterThan(-38);
    expect(result.figures.echo).toBeLessThan(-32);
    expect((await run(phone(0))).verdict).toBe('open-earpiece');
  });

  it('sounds at the level of the earpiece, and then all is as before', { timeout: 60_000 }, async () => {
    const a = phone(0.01, { earpiece: -20 });
    await run(a);
    const played = a.heard.slice(60, 200).flatMap((frame) => [...frame]);
    const power = played.reduce((sum, value) => sum + value * value, 0) / played.length;
    expect(Math.abs(10 * Math.log10((2 * power) / 32_768 ** 2) + 33.2)).toBeLessThan(1);
    a.do({ type: 'tone', tone: 'dial' });
    await world.step(20);
    expect(levelAt(a.last(10), 440)).toBeGreaterThan(-38);
  });

  it('is refused while a call is up or another runs, and broken off by a call', async () => {
    const a = phone(0.01);
    const first = a.engine.loopback();
    await expect(a.engine.loopback()).rejects.toThrow('loop-back test: one is under way');
    await world.step(10);
    const cut = expect(first).rejects.toThrow('loop-back test: a call came in between');
    await a.engine.open('c', '127.0.0.1', { privileged: false });
    await cut;
    await expect(a.engine.loopback()).rejects.toThrow('loop-back test: a call is up');
    a.do({ type: 'release', call: 'c' });
    const last = a.engine.loopback();
    const end = expect(last).rejects.toThrow('loop-back test: the terminal stops');
    await a.close();
    await end;
  });
});
