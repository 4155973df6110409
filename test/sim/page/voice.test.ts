import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { speakDigits } from '../../../sim/world/speaker.ts';
import { joined } from '../../../src/terminal/audio/frame.ts';
import { Program } from '../../process/program.ts';

import { wav } from '../../terminal/audio/wav-file.ts';
import { hasChromium, openBrowser, Person } from './person.ts';

describe.skipIf(!hasChromium)(
  'a voice by the microphone of the browser, on the page of npm start (needs chromium)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'tierphone-page-'));
    const file = join(folder, 'microphone.wav');
    let start: Program;
    let browser: Browser;
    let person: Person;

    beforeAll(async () => {
      writeFileSync(file, wav(joined([speakDigits('daniel', '4729105386'), new Int16Array(32_000)])));
      start = new Program('sim/main.js', ['--port', '0', '--data', join(folder, 'data')]);
      const url = /http:\S+/.exec(await start.until(/The phone is at http/))?.[0] ?? '';
      browser = await openBrowser(file);
      person = new Person(await browser.newPage({ viewport: { width: 1400, height: 1000 } }));
      await person.visit(url);
    });
    afterAll(async () => {
      await browser?.close();
      await start?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it("that is not the caller's is heard, judged and refused", { timeout: 120_000 }, async () => {
      await person.page.getByRole('button', { name: 'Use my microphone' }).click();
      await person.reads('Your voice goes to the phone.');
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
