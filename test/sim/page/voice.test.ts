import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { speakDigits } from '../../../sim/world/speaker.ts';
import { joined } from '../../../src/terminal/audio/frame.ts';
import { wav } from '../../terminal/audio/wav-file.ts';
import { visitNpmStart } from './npm-start.ts';
import { hasChromium, type Person } from './person.ts';

describe.skipIf(!hasChromium)(
  'a voice by the microphone of the browser, on the page of npm start (needs chromium)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'tierphone-page-'));
    const file = join(folder, 'microphone.wav');
    let person: Person;
    let leave: (() => Promise<void>) | undefined;

    beforeAll(async () => {
      writeFileSync(file, wav(joined([speakDigits('daniel', '4729105386'), new Int16Array(32_000)])));
      ({ person, leave } = await visitNpmStart(join(folder, 'data'), file));
    });
    afterAll(async () => {
      await leave?.();
      rmSync(folder, { recursive: true, force: true });
    });

    it("that is not the caller's is heard, judged and refused", { timeout: 120_000 }, async () => {
      await person.page.getByRole('button', { name: 'Use my microphone' }).click();
      await person.reads('Your voice goes to the phone.');
      await person.opens('Timeline');
      await person.hook();
      await person.sees('Offhook');
      await person.key('2');
      await person.sees('PIN');
      await person.key('10027352');
      await person.sees('Voice');
      await person.reads(/Asked to say \d \d \d \d \d/);
      await person.reads('voice: answer');
      await person.sees('Done');
      await person.reads("The voice was not the caller's.");
      await person.hook();
      expect(person.complaints).toEqual([]);
    });
  },
);
