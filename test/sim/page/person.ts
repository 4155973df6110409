import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Deed } from '../../../sim/world/port.ts';

const CHROMIUM = '/usr/bin/chromium';
const PATIENCE_MS = 30_000;

/** Whether the browser of these tests (Debian package chromium) is installed. */
export const hasChromium = existsSync(CHROMIUM);

/** Starts Chromium with no window; its microphone is a WAV file again and again, else a beep once a second, and may be used without asking. */
export const openBrowser = (microphone?: string): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      ...(microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphone}`]),
    ],
  });

export type Ear = 'earpiece' | 'callee';
type Act = Extract<Deed, { do: 'callee' }>['act'];

const BUTTONS: Record<Act, string> = {
  answer: 'Answer',
  accept: 'Accept',
  refuse: 'Refuse',
  block: 'Block',
  'hang-up': 'Hang up',
  reject: 'Reject',
};

/** A person at the page: does what a person does and looks at what a person sees. */
export class Person {
  readonly page: Page;
  /** Errors of the page and what its policy forbade; a good page leaves none. */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  /** Opens the page at `url` where phone and called party stand together, and waits until the phone is there. */
  async visit(url: string): Promise<void> {
    await this.page.goto(`${url}#/both`);
    await this.page.getByRole('list', { name: 'Phases of the call' }).waitFor();
  }

  /** Takes the handset off its cradle, or puts it back. */
  async hook(): Promise<void> {
    await this.page.getByRole('button', { name: 'Handset lifted' }).click();
  }

  /** Presses keys of the phone with the mouse. */
  async key(keys: string): Promise<void> {
    for (const key of keys) await this.page.locator(`.keypad [data-key="${key}"]`).click();
  }

  /** Waits until the line of phases stands at `step`: Offhook, PIN, Dialing, PAN lookup, Ringing, Greeting, Talking, Done. */
  async sees(step: string): Promise<void> {
    await this.page.locator('.line [aria-current="step"]', { hasText: step }).waitFor();
  }

  /** Waits until `text` can be read somewhere. */
  async reads(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** Presses one of the called party's buttons. */
  async callee(act: Act): Promise<void> {
    await this.page
      .getByRole('region', { name: 'Called party' })
      .getByRole('button', { name: BUTTONS[act], exact: true })
      .click();
  }

  /** Orders a state for a scope in the lockdown card. */
  async orders(scope: 'facility' | 'unit' | 'terminal', state: 'Open' | 'Disabled' | 'Lockdown'): Promise<void> {
    await this.page.locator(`input[name="lockdown-${scope}"][value="${state.toLowerCase()}"]`).check();
  }

  /** Opens what was written down; timeline and MQTT are for engineers. */
  async opens(tab: 'Timeline' | 'MQTT' | 'Ledger'): Promise<void> {
    await this.page.getByLabel('For engineers').check();
    await this.page.getByRole('tab', { name: tab }).click();
  }

  /** Waits until a tone is heard in the page within 20 Hz of `frequency` at more than -40 dB of full scale. */
  hears(ear: Ear, frequency: number): Promise<void> {
    return this.#until(
      `Math.abs((tierphone.peak('${ear}')?.frequency ?? 0) - ${frequency}) < 20 && tierphone.level('${ear}') > -40`,
    );
  }

  /** Waits until sound of any kind is heard in the page at more than `level` dB of full scale. */
  hearsSomething(ear: Ear, level = -45): Promise<void> {
    return this.#until(`tierphone.level('${ear}') > ${level}`);
  }

  /** Waits until nothing is heard at an ear. */
  hearsNothing(ear: Ear): Promise<void> {
    return this.#until(`tierphone.level('${ear}') < -80`);
  }

  /** Level at an ear as it is played now, dB of full scale. */
  level(ear: Ear): Promise<number> {
    return this.page.evaluate(`tierphone.level('${ear}')`);
  }

  /** Looks again and again; not by Playwright's own means, which evaluate in the page what its policy forbids. */
  async #until(expression: string): Promise<void> {
    const last = Date.now() + PATIENCE_MS;
    while (!(await this.page.evaluate(expression))) {
      if (Date.now() > last) throw new Error(`not within ${PATIENCE_MS} ms: ${expression}`);
      await setTimeout(50);
    }
  }
}
