import { describe, expect, test } from 'vitest';
import { toneFrames } from '../signal.ts';
import { startPhone, steadiest } from './audio.ts';
import { has, until } from './peers/program.ts';
import { startSipp } from './peers/sipp.ts';

// SIPp sends back every RTP packet that it gets.
describe.skipIf(!has('sipp'))('SIPp with sound', () => {
  test('returns what the terminal says, tone and key', async () => {
    const sipp = await startSipp('answer');
    const phone = await startPhone(sipp.port, toneFrames(1_000, -15));
    try {
      phone.account.dial('one', '+12025550123', { privileged: false });
      await until('answered', () => phone.happened('answered'));
      phone.media.bridge('one', true);
      const from = phone.frames();
      await until('sound', () => steadiest(phone.earpiece(from), 1_000, 16_000) > -15.5);
      expect(steadiest(phone.earpiece(from), 1_000, 16_000)).toBeCloseTo(-15, 0);
      phone.media.sendDigit('one', '7');
      await until('the key', () => phone.happened('far-digit'));
      expect(phone.events.filter((e) => e.type === 'far-digit')).toMatchObject([{ digit: '7', source: 'rfc4733' }]);
      phone.account.hangUp('one');
      await sipp.finished();
    } finally {
      await phone.close();
      await sipp.stop();
    }
  });
});
