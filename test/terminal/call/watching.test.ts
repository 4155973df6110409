import { describe, expect, it } from 'vitest';
import type { VoiceReply } from '../../../src/protocol/voice-check.ts';
import { Phone } from './driver.ts';

type Verdict = Extract<VoiceReply, { result: 'heard' }>;

const verdict = (voice: Verdict['voice'], change: Partial<Verdict> = {}): Verdict => ({
  type: 'voice',
  result: 'heard',
  voice,
  ratio: voice === 'other' ? -6 : 4,
  against: 'enrolment',
  act: 'none',
  ...change,
});

/** Windows of ten seconds are heard, and judged so. */
function hear(phone: Phone, ...verdicts: Verdict[]): string[] {
  return verdicts.flatMap((reply) => {
    phone.wait(10_000);
    return [...phone.windows(), ...phone.reply(reply)];
  });
}

const other = (phone: Phone) => (phone.state.call.phase === 'talking' ? phone.state.call.voices.others : []);

describe('who has the handset', () => {
  it('is watched where the platform says so, and in no privileged call', () => {
    const watched = new Phone().to('talking', { watched: true });
    expect(watched.actions.some(({ type }) => type === 'watch')).toBe(true);
    for (const change of [{}, { watched: true as const, privileged: true }]) {
      const phone = new Phone().to('talking', change);
      expect(phone.actions.some(({ type }) => type === 'watch')).toBe(false);
      expect(phone.windows()).toEqual([]);
    }
  });

  it('is told when another voice lasts, and not of one word', () => {
    const phone = new Phone().to('talking', { watched: true });
    expect(hear(phone, verdict('same'), verdict('other'), verdict('same')).filter((l) => l.startsWith('tell'))).toEqual(
      [],
    );
    const from = phone.at;
    const lines = hear(phone, verdict('other'), verdict('unsure'), verdict('other', { ratio: -9 }));
    expect(lines.slice(-2)).toEqual(['journal voice', 'tell voice other']);
    expect(other(phone)).toEqual([{ since: from + 10_000, until: null, ratio: -9, against: 'enrolment' }]);
  });

  it('is told when the caller has it again, and all of it stands in the record', () => {
    const phone = new Phone().to('talking', { watched: true });
    const from = phone.at;
    hear(phone, verdict('other'), verdict('other'), verdict('other', { ratio: -20 }));
    expect(hear(phone, verdict('same'), verdict('same')).slice(-2)).toEqual(['journal voice', 'tell voice same']);
    hear(phone, verdict('other'), verdict('other'));
    phone.hangUp();
    expect(phone.record.voice).toEqual({
      outcome: null,
      others: [
        { since: from + 10_000, until: from + 40_000, ratio: -20, against: 'enrolment' },
        { since: from + 60_000, until: null, ratio: -6, against: 'enrolment' },
      ],
    });
  });

  it('ends or interrupts a call only where the facility wants it, and when the change lasts', () => {
    const announced = new Phone().to('talking', { watched: true });
    const announce = verdict('other', { act: 'announce' });
    expect(hear(announced, announce).filter((l) => l.startsWith('say'))).toEqual([]);
    expect(hear(announced, announce)).toContain('say both en: voice-changed');
    expect(hear(announced, announce).filter((l) => l.startsWith('say'))).toEqual([]);
    const ended = new Phone().to('talking', { watched: true });
    hear(ended, verdict('other', { act: 'end' }), verdict('other', { act: 'end' }));
    expect(ended.record.ending).toEqual({ reason: 'voice-changed', during: 'talking' });
    expect(ended.record.voice?.others).toHaveLength(1);
  });

  it('is asked one after another, and a platform that says nothing costs nothing', () => {
    const phone = new Phone().to('talking', { watched: true });
    expect(phone.windows()).toHaveLength(1);
    expect(phone.windows()).toEqual([]);
    phone.noReply();
    expect(phone.windows()).toHaveLength(1);
    expect(phone.phase).toBe('talking');
  });
});
