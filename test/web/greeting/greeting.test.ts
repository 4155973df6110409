import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GreetingsOfFacility } from '../../../src/protocol/api/greeting.ts';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { likeness, samplesIn, talk } from '../../protocol/spoken.ts';
import { hasChromium, openBrowser } from '../../sim/page/person.ts';
import { wav } from '../../terminal/audio/wav-file.ts';
import { Staff } from '../staff.ts';
import { County } from '../stand-in/county.ts';
import { serveConsole } from '../stand-in/server.ts';

/** As a file at a rate of its own, each sample as often as it takes, of the two chunks alone that every program knows. */
function fileOf(samples: Float64Array, rate: number): Buffer {
  const length = Math.floor((samples.length * rate) / 8_000);
  const at = (n: number) => (samples[Math.floor((n * 8_000) / rate)] ?? 0) * 32_767;
  const file = wav(
    Int16Array.from({ length }, (_, n) => at(n)),
    rate,
  );
  const plain = Buffer.concat([file.subarray(0, 36), file.subarray(48)]);
  plain.writeUInt32LE(plain.length - 8, 4);
  return plain;
}

describe.skipIf(!hasChromium)("a facility's spoken name in Chromium (Debian package chromium)", () => {
  let folder: string;
  let browser: Browser;
  let served: Awaited<ReturnType<typeof serveConsole>>;
  let ana: Staff;
  let page: Page;
  const name = talk(2, 11);
  const said = talk(1.2, 12);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'greeting-'));
    const configFile = join(packageRoot(), 'src/web/console/vite.config.ts');
    const dist = join(folder, 'dist');
    await build({ configFile, build: { outDir: dist }, logLevel: 'warn' });
    const microphone = join(folder, 'microphone.wav');
    await writeFile(microphone, fileOf(Float64Array.from([...said, ...new Float64Array(4_000)]), 48_000));
    browser = await openBrowser(microphone);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    served = await serveConsole(new County({ units: 1, each: 2 }), { dist: join(folder, 'dist') });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
    ana = new Staff(await context.newPage());
    page = ana.page;
    await ana.signIn(served.url);
    await ana.goes('Facility');
  });

  afterEach(async () => {
    await page.context().close();
    await served.close();
  });

  const part = () => page.getByRole('region', { name: 'Facility’s spoken name', exact: true });
  const dialog = () => page.getByRole('dialog', { name: /Facility’s spoken name/ });
  const save = () => dialog().getByRole('button', { name: 'Save' });
  const listen = async () => {
    expect(await save().isDisabled()).toBe(true);
    await dialog().getByRole('button', { name: 'Listen' }).click();
    await expect.poll(() => save().isEnabled(), { timeout: 20_000 }).toBe(true);
  };
  const upload = (file: Buffer) =>
    dialog().getByLabel('Sound file').setInputFiles({ name: 'name.wav', mimeType: 'audio/wav', buffer: file });
  const kept = async (language: string) => {
    const answer = await fetch(new URL('/api/facilities/county/greeting', served.url));
    const { items } = GreetingsOfFacility.parse(await answer.json());
    const { sound = null } = items.find((one) => one.language === language) ?? {};
    return sound === null ? null : samplesIn(Buffer.from(sound, 'base64'));
  };
  const pad = (samples: Float64Array) => [...new Float64Array(4_000), ...samples, ...new Float64Array(4_000)];

  it('is taken from a file, refused where it is none, heard before it is saved, and taken back', async () => {
    await part().getByRole('button', { name: 'Change: English' }).click();
    for (const [file, says] of [
      [Buffer.from('no sound at all'), 'cannot read this file'],
      [fileOf(new Float64Array(16_000), 16_000), 'Nobody is heard to speak'],
      [
        fileOf(
          name.map((x) => Math.max(-1, Math.min(1, x * 100))),
          16_000,
        ),
        'recorded too loud',
      ],
      [fileOf(talk(6), 8_000), 'too long'],
      [fileOf(talk(12), 8_000), 'too long'],
    ] as const) {
      await upload(file);
      await dialog().getByText(says).waitFor();
      expect(await save().isDisabled()).toBe(true);
    }
    await upload(fileOf(name, 44_100));
    await dialog().getByText('cut and made as loud').waitFor();
    expect(await ana.barriers()).toEqual([]);
    await listen();
    await save().click();
    await dialog().waitFor({ state: 'detached' });
    await part()
      .getByText(/English 2(\.\d)? s, since/)
      .waitFor();
    await part().getByText('Spanish as each phone’s own file has it').waitFor();
    expect(likeness(name, pad((await kept('en')) ?? new Float64Array(0)))).toBeGreaterThan(0.95);
    expect(await kept('es')).toBe(null);
    await part().getByRole('button', { name: 'Back to the file: English' }).click();
    await part().getByText('English as each phone’s own file has it').waitFor();
    expect(await kept('en')).toBe(null);
    await page.setViewportSize({ width: 320, height: 800 });
    expect(await ana.tooWide()).toBeLessThanOrEqual(0);
    expect(ana.complaints).toEqual([]);
  });

  it('is said into the microphone', async () => {
    await part().getByRole('button', { name: 'Change: Spanish' }).click();
    await dialog().getByRole('button', { name: 'Record' }).click();
    await dialog().getByText('Speak now.').waitFor();
    // The microphone says it again and again, 1.7 s each: after 2.3 s one of its halves at least was said whole.
    await page.waitForTimeout(2_500);
    await dialog().getByRole('button', { name: 'Stop' }).click();
    await dialog().getByText('cut and made as loud').waitFor();
    await listen();
    await save().click();
    await part()
      .getByText(/Spanish \d(\.\d)? s, since/)
      .waitFor();
    const sound = (await kept('es')) ?? new Float64Array(0);
    const [first, second] = [said.subarray(0, 4_800), said.subarray(4_800)].map((half) => likeness(half, pad(sound)));
    expect(Math.max(first ?? 0, second ?? 0)).toBeGreaterThan(0.75);
    expect(ana.complaints).toEqual([]);
  });
});
