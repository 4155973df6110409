import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainHandset } from '../../../../src/terminal/audio/handset-sound.ts';
import { judge } from '../../../../src/terminal/audio/loopback/judge.ts';
import { probe } from '../../../../src/terminal/audio/loopback/probe.ts';
import { type Condition, Phone } from './phone.ts';

const { loopback: limits } = plainHandset();
const played = probe();
const of = (condition: Condition, seed: number, about: Record<string, number> = {}) =>
  judge(played, new Phone(condition, seed, about).hear(played), limits);

/** Handsets of each kind; more for a long run. */
const HANDSETS = Number(process.env.TIERPHONE_HANDSETS ?? 4);

const KINDS: readonly [Condition, string][] = [
  ['ok', 'ok'],
  ['open-earpiece', 'open-earpiece'],
  ['open-microphone', 'open-microphone'],
  ['shorted-cord', 'shorted-cord'],
  ['dead-microphone', 'shorted-cord'],
];

describe('a loop-back test', () => {
  it('plays a probe as loud as a dial tone, with low peaks', () => {
    const power = played.reduce((sum, value) => sum + value * value, 0) / played.length;
    const level = 10 * Math.log10((2 * power) / 32_768 ** 2);
    expect(level).toBeCloseTo(-10 - 3.17, 0);
    expect(20 * Math.log10(Math.max(...played) / 32_768) - level).toBeLessThan(10);
  });

  it.each(KINDS)('finds every handset that is %s so', { timeout: 300_000 }, (condition, verdict) => {
    const found: Record<string, number> = {};
    for (let seed = 1; seed <= HANDSETS; seed++) {
      const phone = new Phone(condition, seed);
      const result = judge(played, phone.hear(played), limits);
      found[result.verdict] = (found[result.verdict] ?? 0) + 1;
      expect(result.verdict, `seed ${seed} ${JSON.stringify({ ...phone.about, ...result.figures })}`).toBe(verdict);
    }
    expect(found).toEqual({ [verdict]: HANDSETS });
  });

  it('tells how much came back, to a dB', () => {
    for (const echo of [-30, -40, -50]) {
      const { figures } = of('ok', 7, { echo, room: -60 });
      expect(Math.abs((figures.echo ?? 0) - echo)).toBeLessThan(1);
    }
  });

  it('finds a short that brings little back by how even it is', () => {
    expect(of('shorted-cord', 3, { wire: -25 }).verdict).toBe('shorted-cord');
    expect(of('ok', 3, { echo: -25 }).verdict).toBe('ok');
  });

  it('says nothing of an earpiece in a room too loud to hear it, nor of a microphone in one too quiet', () => {
    const loud = of('open-earpiece', 5, { room: -30 });
    expect(loud).toMatchObject({ verdict: 'unclear', microphone: 'ok', detail: expect.stringContaining('quieter') });
    const quiet = of('open-earpiece', 5, { room: -68, hum: -80, crosstalk: -90, bias: -88 });
    expect(quiet).toMatchObject({ verdict: 'unclear', detail: expect.stringContaining('speak') });
  });

  it('may be unsure, and is never wrong, whatever the room', { timeout: 300_000 }, () => {
    const phone = fc.record({
      condition: fc.constantFrom(...KINDS),
      seed: fc.nat(),
      room: fc.integer({ min: -66, max: -25 }),
      echo: fc.integer({ min: -54, max: -24 }),
    });
    fc.assert(
      fc.property(phone, ({ condition: [condition, verdict], seed, room, echo }) => {
        expect([verdict, 'unclear']).toContain(of(condition, seed, { room, echo }).verdict);
      }),
      { numRuns: 4 * HANDSETS },
    );
  });

  it('calls no earpiece open of which something was seen, in however few bands', () => {
    expect(of('ok', 6, { room: -44, echo: -50 })).toMatchObject({ verdict: 'unclear', microphone: 'ok' });
  });

  it('of silence is a muted input, and of full scale no crash', () => {
    expect(judge(played, new Int16Array(played.length), limits).verdict).toBe('shorted-cord');
    const loud = Int16Array.from(played, (_, n) => (n % 2 ? 32_767 : -32_768));
    expect(judge(played, loud, limits).figures.level).toBeGreaterThan(0);
  });
});
