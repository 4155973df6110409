import { describe, expect, it } from 'vitest';
import { locked, OPEN, Phone, settings } from './driver.ts';

describe('lifting the handset', () => {
  it('is written down before anything is heard', () => {
    expect(new Phone().lift()).toEqual(['journal lifted', 'volume 0', 'say caller en: welcome choose-language n1']);
  });

  it('offers each language in that language, then asks again, then takes the first', () => {
    const phone = new Phone();
    phone.lift();
    expect(phone.said()).toEqual(['say caller es: choose-language n2']);
    expect(phone.said()).toEqual([]);
    expect(phone.wait(10_000)).toEqual(['say caller en: choose-language n1']);
    phone.said();
    phone.said();
    expect(phone.wait(10_000)).toEqual(['say caller en: enter-pin']);
    expect(phone.phase).toBe('pin');
  });

  it('goes on in the language chosen, at any time', () => {
    const phone = new Phone();
    phone.lift();
    expect(phone.keys('2')).toEqual(['say caller es: enter-pin']);
  });

  it('hushes at a key that chooses nothing', () => {
    const phone = new Phone();
    phone.lift();
    expect(phone.keys('7')).toEqual(['hush caller']);
    expect(phone.phase).toBe('language');
  });

  it('beeps for every key, whatever comes of it, and for none once the handset is down', () => {
    const phone = new Phone();
    phone.lift();
    phone.keys('7');
    phone.keys('1');
    const beeps = phone.actions.filter((action) => action.type === 'key-beep');
    expect(beeps.length).toBe(2);
    phone.hangUp();
    phone.keys('1');
    expect(phone.actions.at(-1)?.type).not.toBe('key-beep');
  });

  it('asks for the PIN at once where there is one language', () => {
    expect(new Phone(settings({ languages: ['es'] })).lift()).toEqual([
      'journal lifted',
      'volume 0',
      'say caller es: welcome enter-pin',
    ]);
  });

  it('is not left waiting by a voice that never ends', () => {
    const phone = new Phone();
    phone.lift();
    expect(phone.wait(40_000)).toEqual(['say caller en: choose-language n1']);
  });

  it.each([
    ['lockdown', 'ended-lockdown'],
    ['disabled', 'ended-disabled'],
  ] as const)('goes no further while the phone is under %s', (state, prompt) => {
    const phone = new Phone();
    phone.do({ type: 'lockdown', lockdown: locked('drain', state) });
    expect(phone.lift()).toEqual([
      'journal lifted',
      'volume 0',
      `journal record ${state}`,
      `say caller en: ${prompt} please-hang-up`,
    ]);
    expect(phone.said()).toEqual(['tone reorder']);
    expect(phone.record).toMatchObject({ kind: 'attempt', ending: { reason: state, during: 'idle' }, language: null });
    phone.do({ type: 'lockdown', lockdown: OPEN });
    expect(phone.phase).toBe('ended');
    expect(phone.hangUp()).toEqual(['journal down', 'tone off']);
    expect(phone.lift()).toContain('say caller en: welcome choose-language n1');
  });

  it('goes no further before the orders from before a restart are known', () => {
    const phone = new Phone();
    phone.state = { ...phone.state, lockdown: { state: 'disabled', mode: 'drain', source: null, reason: null } };
    expect(phone.lift()).toContain('journal record disabled');
  });

  it.each(['keypad', 'handset-audio', 'storage'] as const)('gives no sound with a fault of %s', (fault) => {
    const phone = new Phone();
    phone.do({ type: 'fault', fault, state: 'raised' });
    expect(phone.lift()).toEqual(['journal lifted', 'volume 0', 'journal record hardware-fault']);
    phone.hangUp();
    phone.do({ type: 'fault', fault, state: 'cleared' });
    expect(phone.lift()).toContain('say caller en: welcome choose-language n1');
  });

  it.each(['tamper'] as const)('goes on with a fault of %s', (fault) => {
    const phone = new Phone();
    phone.do({ type: 'fault', fault, state: 'raised' });
    phone.lift();
    expect(phone.phase).toBe('language');
  });
});
