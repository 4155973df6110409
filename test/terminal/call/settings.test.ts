import { describe, expect, it } from 'vitest';
import { CRISIS, Phone, settings } from './driver.ts';

const other = settings({ acceptDigit: '4', blockDigit: '6', pinLength: 4, languages: ['es'] }, [CRISIS]);

describe('settings of the facility', () => {
  it('hold from the next lift on where the phone is at rest', () => {
    const phone = new Phone(settings({}, []));
    expect(phone.do({ type: 'rules', rules: other.rules })).toEqual(['set-levels']);
    phone.do({ type: 'hotlines', hotlines: other.hotlines });
    phone.lift();
    phone.keys('*7');
    expect(phone.keys('7')).toContain('dial +18005550177 privileged');
  });

  it('that come in a call let it end by the rules by which it began', () => {
    const phone = new Phone(settings({}, [])).to('greeting');
    expect(phone.do({ type: 'rules', rules: other.rules })).toEqual([]);
    expect(phone.do({ type: 'far-digit', call: phone.call, digit: '4' })).not.toContain('journal accepted');
    expect(phone.do({ type: 'far-digit', call: phone.call, digit: '1' })).toContain('journal accepted');
    expect(phone.hangUp()).toContain('set-levels');
    expect(phone.state.settings.rules.acceptDigit).toBe('4');
  });

  it('that come twice in a call are both taken', () => {
    const phone = new Phone(settings({}, [])).to('pin');
    phone.do({ type: 'rules', rules: other.rules });
    phone.do({ type: 'hotlines', hotlines: other.hotlines });
    phone.hangUp();
    expect(phone.state.settings).toMatchObject({ rules: other.rules, hotlines: other.hotlines });
  });
});
