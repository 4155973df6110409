import { describe, expect, it } from 'vitest';
import { SpokenName } from '../../../src/protocol/spoken-name.ts';
import { type CallerId, millis } from '../../../src/protocol/units.ts';
import { DIGITS, Phone, settings } from './driver.ts';

const VERIFY = { do: 'verify', say: DIGITS } as const;
const PROMPT = 'please-say n4 n7 n2 n9 n1';

/** A caller who is to say digits. */
function verifying(): Phone {
  const phone = new Phone().to('identifying');
  phone.known(VERIFY);
  return phone;
}

describe('a caller whose voice is to prove who he is', () => {
  it('is told what to say, listened to, judged by the platform, and asked for the number', () => {
    const phone = new Phone().to('identifying');
    expect(phone.known(VERIFY)).toEqual(['warm-voice', `say caller en: ${PROMPT}`]);
    expect(phone.phase).toBe('verifying');
    expect(phone.said()).toEqual(['listen 1']);
    expect(phone.heard()).toEqual(['ask 2 voice answer']);
    expect(phone.judged('accepted')).toEqual(['journal voice', 'say caller en: enter-number']);
    phone.keys('2125550123#');
    phone.hangUp();
    expect(phone.record.voice).toEqual({ outcome: 'accepted', others: [] });
  });

  it('is asked once more with other digits, and told why', () => {
    const phone = verifying();
    phone.said();
    phone.heard();
    expect(phone.askedToSay('unsure')).toEqual(['warm-voice', `say caller en: once-more ${PROMPT}`]);
    phone.said();
    phone.heard({ kind: 'silent' });
    expect(phone.askedToSay('silent')).toContain(`say caller en: nothing-heard ${PROMPT}`);
  });

  it('is refused by the reason of his facility, told so, and it is written down', () => {
    const phone = verifying();
    phone.said();
    phone.heard();
    const lines = phone.reply({ type: 'voice', result: 'refused', reason: 'voice-staff' });
    expect(lines).toContain('say caller en: ended-voice-staff please-hang-up');
    expect(phone.record).toMatchObject({
      caller: 'c7',
      ending: { reason: 'voice-staff', during: 'verifying' },
      voice: { outcome: 'refused', others: [] },
    });
  });

  it('goes on where his facility wants him to and be flagged', () => {
    const phone = verifying();
    phone.said();
    phone.heard({ kind: 'unjudged', reason: 'died' });
    phone.judged('flagged');
    expect(phone.phase).toBe('number');
    phone.hangUp();
    expect(phone.record.voice?.outcome).toBe('flagged');
  });

  it('may key the number meanwhile', () => {
    const phone = verifying();
    phone.keys('2125550123#');
    phone.said();
    phone.heard();
    expect(phone.judged('accepted')).toContain('ask 3 authorise');
  });

  it('is listened to even where nobody tells that the prompt was said, and not for ever', () => {
    const phone = verifying();
    expect(phone.wait(30_000)).toEqual(['listen 1']);
    expect(phone.wait(14_000)).toEqual(['listen no more', 'ask 2 voice unjudged']);
    phone.noReply();
    expect(phone.record.ending).toEqual({ reason: 'platform-unreachable', during: 'verifying' });
  });

  it('is not listened to with the handset down, nor is what comes late of use', () => {
    const phone = verifying();
    phone.said();
    expect(phone.hangUp()).toContain('listen no more');
    expect(phone.phase).toBe('idle');
    phone.lift();
    expect(phone.heard()).toEqual([]);
  });

  it('is not asked for ever by a platform that has gone mad', () => {
    const phone = verifying();
    for (let n = 0; n < 40 && phone.phase === 'verifying'; n += 1) {
      phone.said();
      phone.heard();
      phone.askedToSay('unsure');
    }
    expect(phone.record.ending.reason).toBe('voice-staff');
  });
});

describe('a caller whose voice is to be enrolled', () => {
  const ENROL = { do: 'enrol', needed: false } as const;
  const KEYS = 'voice-agree-press n1 voice-decline-press n2 voice-again-press n3';
  const NOTICE = `voice-notice-what voice-notice-kept voice-notice-why voice-notice-how-long voice-notice-no-sound voice-notice-not-needed ${KEYS}`;

  function enrolling(): Phone {
    const phone = new Phone().to('identifying');
    phone.known(ENROL);
    return phone;
  }

  it('is read what is kept before anything is heard of him, agrees by a key, and says digits three times', () => {
    const phone = new Phone().to('identifying');
    expect(phone.known(ENROL)).toEqual([`say caller en: ${NOTICE}`]);
    phone.said();
    expect(phone.keys('1')).toEqual(['ask 1 voice consent']);
    for (let prompt = 0; prompt < 3; prompt += 1) {
      expect(phone.askedToSay()).toEqual(['warm-voice', `say caller en: ${PROMPT}`]);
      phone.said();
      phone.heard();
    }
    expect(phone.judged('enrolled')).toEqual(['journal voice', 'say caller en: voice-enrolled enter-number']);
    phone.hangUp();
    expect(phone.record.voice?.outcome).toBe('enrolled');
  });

  it('says his name for those he calls, once his voice is known', () => {
    const phone = enrolling();
    phone.said();
    phone.keys('1');
    phone.askedToSay();
    phone.said();
    phone.heard();
    const asked = phone.reply({ type: 'voice', result: 'name', again: null });
    expect(asked).toEqual(['journal voice', 'say caller en: voice-enrolled say-your-name']);
    phone.said();
    expect(phone.actions.at(-1)).toMatchObject({ type: 'listen', take: 'name', longest: 5_000 });
    expect(phone.heard({ kind: 'name', name: new SpokenName('AAAA') })).toEqual(['ask 5 voice name']);
    expect(phone.judged('enrolled')).toEqual(['say caller en: enter-number']);
    phone.hangUp();
    expect(phone.record.voice?.outcome).toBe('enrolled');
  });

  it('is told that calls need it, where they do', () => {
    const phone = new Phone().to('identifying');
    const [line] = phone.known({ do: 'enrol', needed: true });
    expect(line).toContain('voice-notice-no-sound voice-notice-needed');
  });

  it('cannot agree to what was not read to him', () => {
    const phone = enrolling();
    expect(phone.keys('1')).toEqual([]);
    phone.said();
    expect(phone.keys('1')).toEqual(['ask 1 voice consent']);
  });

  it('may say no at any time, and goes on where it is not needed', () => {
    const phone = enrolling();
    expect(phone.keys('2')).toEqual(['hush caller', 'ask 1 voice consent']);
    expect(phone.judged('not-enrolled')).toEqual(['journal voice', 'say caller en: enter-number']);
  });

  it('is not heard after a no, whatever the platform says', () => {
    const phone = enrolling();
    phone.keys('2');
    expect(phone.askedToSay()).toEqual(['journal voice', 'say caller en: enter-number']);
  });

  it('hears it again, and is let go where he does nothing', () => {
    const phone = enrolling();
    expect(phone.keys('3')).toEqual([`say caller en: ${NOTICE}`]);
    phone.said();
    phone.wait(10_000);
    phone.said();
    phone.wait(10_000);
    expect(phone.record.ending).toEqual({ reason: 'caller-timeout', during: 'enrolling' });
  });

  it('is told that no voiceprint was made where it did not come about', () => {
    const phone = enrolling();
    phone.said();
    phone.keys('1');
    phone.askedToSay();
    phone.said();
    phone.heard();
    expect(phone.judged('not-enrolled')).toContain('say caller en: voice-not-enrolled enter-number');
  });
});

it('a spoken answer may take as long as the rules say', () => {
  const phone = new Phone(settings({ answer: '5s' })).to('identifying');
  phone.reply({ type: 'identify', result: 'known', caller: 'c7' as CallerId, language: 'es', voice: VERIFY });
  phone.said();
  expect(phone.actions.findLast((a) => a.type === 'listen')).toMatchObject({ longest: millis(5_000) });
});
