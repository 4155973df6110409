import { describe, expect, it } from 'vitest';
import { locked, OPEN, Phone, settings } from './driver.ts';

/** A technician who has shown his code. */
function atMenu(): Phone {
  const phone = new Phone().to('maintenance');
  phone.benched(true);
  return phone;
}

describe("the technician's code", () => {
  it.each(['language', 'pin'])('opens maintenance at the %s prompt', (prompt) => {
    const phone = new Phone().to(prompt);
    expect(phone.keys('*#')).toEqual([]);
    expect(phone.keys('4711')).toEqual([]);
    expect(phone.keys('#')).toEqual(['bench code']);
    expect(phone.benched(true)).toEqual(['say caller en: maintenance-menu maintenance-menu-more']);
    expect(phone.hangUp()).toEqual(['journal record maintenance', 'hush caller', 'tone off']);
    expect(phone.record).toMatchObject({ kind: 'attempt', ending: { reason: 'maintenance', during: 'maintenance' } });
  });

  it('is in no state or action that can be read', () => {
    const phone = new Phone().to('maintenance');
    expect(JSON.stringify([phone.state, phone.actions])).not.toContain('4711');
  });

  it('ends the call where it is wrong, as a wrong PIN does', () => {
    const phone = new Phone().to('maintenance');
    expect(phone.benched(false)).toEqual(['journal record pin-wrong', 'say caller en: ended-pin-wrong please-hang-up']);
    expect(phone.hangUp()).toContain('tone off');
  });

  it('counts as wrong where nobody says that it is right', () => {
    const phone = new Phone().to('maintenance');
    expect(phone.wait(10_000)).toContain('journal record pin-wrong');
  });

  it('is not waited for for ever', () => {
    const phone = new Phone().to('pin');
    phone.keys('*#47');
    expect(phone.wait(10_000)).toContain('journal record caller-timeout');
  });

  it('makes a caller of one who hangs up before it is shown', () => {
    const phone = new Phone().to('maintenance');
    expect(phone.hangUp()).toContain('journal record caller-hung-up');
  });

  it('is not asked for on a phone that takes none, nor after other keys', () => {
    const none = new Phone({ ...settings(), maintenance: false }).to('pin');
    none.keys('*#4711#');
    expect(none.phase).toBe('identifying');
    const other = new Phone().to('pin');
    other.keys('*7#');
    expect(other.phase).toBe('identifying');
  });
});

describe('the menu of maintenance', () => {
  it('says each key back, until two stars', () => {
    const phone = atMenu();
    expect(phone.keys('1')).toEqual(['say caller en: maintenance-keys']);
    expect(phone.keys('7')).toEqual(['say caller en: n7']);
    expect(phone.keys('#')).toEqual(['say caller en: pound']);
    expect(phone.keys('*')).toEqual(['say caller en: star']);
    expect(phone.keys('*')).toEqual(['say caller en: maintenance-menu maintenance-menu-more']);
  });

  it('lets him hear himself once he was told, until a key', () => {
    const phone = atMenu();
    expect(phone.keys('2')).toEqual(['say caller en: maintenance-echo']);
    expect(phone.said()).toEqual(['echo on']);
    expect(phone.keys('5')).toEqual(['echo off', 'say caller en: maintenance-menu maintenance-menu-more']);
  });

  it('leaves no echo in a handset that is put down, or locked', () => {
    const down = atMenu();
    down.keys('2');
    down.said();
    expect(down.hangUp()).toEqual(['echo off', 'journal record maintenance', 'tone off']);
    const dropped = atMenu();
    dropped.keys('2');
    dropped.said();
    expect(dropped.do({ type: 'lockdown', lockdown: locked('drop') })[0]).toBe('echo off');
    expect(dropped.record.ending).toMatchObject({ reason: 'lockdown', during: 'maintenance' });
  });

  it.each([
    ['3', 'sound'],
    ['4', 'network'],
    ['5', 'identity'],
    ['0', 'all'],
  ])('at %s has the bench do %s, and says what came of it', (key, job) => {
    const phone = atMenu();
    expect(phone.keys(key)).toEqual(['say caller en: one-moment', `bench ${job}`]);
    expect(phone.benched(true, ['test-passed'])).toEqual([
      'say caller en: test-passed maintenance-menu maintenance-menu-more',
    ]);
  });

  it('leads out at star, and after ten minutes of nothing', () => {
    const phone = atMenu();
    expect(phone.keys('*')).toEqual(['journal record maintenance', 'say caller en: ended-maintenance please-hang-up']);
    expect(atMenu().wait(600_000)).toContain('journal record maintenance');
  });
});

describe('a test that has the phone', () => {
  it('has the lift too, keys and all, and leaves one record of it', () => {
    const phone = new Phone();
    expect(phone.do({ type: 'bench', on: true })).toEqual([]);
    expect(phone.lift()).toEqual(['journal lifted', 'volume 0']);
    expect(phone.keys('1234567890*#')).toEqual([]);
    expect(phone.phase).toBe('maintenance');
    expect(phone.hangUp()).toEqual(['journal record maintenance', 'tone off']);
    phone.do({ type: 'bench', on: false });
    expect(phone.lift()).toContain('say caller en: welcome choose-language n1');
  });

  it('lets go of a lifted handset with its record', () => {
    const phone = new Phone();
    phone.do({ type: 'bench', on: true });
    phone.lift();
    expect(phone.do({ type: 'bench', on: false })).toEqual([
      'journal record maintenance',
      'say caller en: ended-maintenance please-hang-up',
    ]);
  });

  it('is not had while a call is up', () => {
    const phone = new Phone().to('pin');
    phone.do({ type: 'bench', on: true });
    expect(phone.state.bench).toBe(false);
  });

  it('goes on with any fault, and under a lockdown that drains', () => {
    const phone = new Phone();
    phone.do({ type: 'bench', on: true });
    for (const fault of ['keypad', 'handset-audio', 'storage'] as const)
      phone.do({ type: 'fault', fault, state: 'raised' });
    phone.do({ type: 'lockdown', lockdown: locked('drain') });
    phone.lift();
    expect(phone.phase).toBe('maintenance');
  });

  it('is over when calls are dropped, and is not had then', () => {
    const phone = new Phone();
    phone.do({ type: 'bench', on: true });
    phone.lift();
    phone.do({ type: 'lockdown', lockdown: locked('drop') });
    expect(phone.record.ending).toMatchObject({ reason: 'lockdown', during: 'maintenance' });
    expect(phone.state.bench).toBe(false);
    phone.hangUp();
    phone.do({ type: 'bench', on: true });
    expect(phone.state.bench).toBe(false);
    phone.do({ type: 'lockdown', lockdown: OPEN });
    phone.do({ type: 'bench', on: true });
    expect(phone.state.bench).toBe(true);
  });
});

describe('staff', () => {
  it.each(['pin', 'ringing', 'greeting', 'talking'])('cut off a call in %s', (phase) => {
    const phone = new Phone().to(phase);
    const done = phone.do({ type: 'cut-off' });
    expect(done).toContain('journal record cut-off');
    expect(done.at(-1)).toBe('say caller en: ended-cut-off please-hang-up');
    expect(phone.do({ type: 'cut-off' })).toEqual([]);
  });
});
