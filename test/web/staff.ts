import type { Page } from 'playwright-core';
import { barriers } from './axe.ts';
import { OFFICER } from './stand-in/session.ts';

const PATIENCE_MS = 30_000;

/** Somebody of the staff at the control room: does what a person does, and looks at what a person sees. */
export class Staff {
  readonly page: Page;
  /** Errors of the page and what its policy forbade; a good page leaves none. */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      // Who is not signed in is told so by a status, which the browser notes.
      if (message.type() === 'error' && !message.text().includes('status of 401')) this.complaints.push(message.text());
    });
  }

  async signIn(url: string, email = OFFICER.email, password = OFFICER.password, code = OFFICER.code): Promise<void> {
    await this.page.goto(url);
    await this.page.locator('input[name="email"]').fill(email);
    await this.page.locator('input[name="password"]').fill(password);
    await this.page.keyboard.press('Enter');
    await this.page.locator('input[name="code"]').fill(code);
    await this.page.keyboard.press('Enter');
    await this.page.getByRole('navigation').waitFor();
  }

  /** Presses the button of that name. */
  press(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).click();
  }

  /** Goes to a page of the facility. */
  goes(to: string): Promise<void> {
    return this.page.getByRole('link', { name: to, exact: true }).click();
  }

  /** Waits until `text` can be read somewhere. */
  async reads(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  row(phone: string) {
    return this.page.locator(`tr[data-key="phone ${phone}"]`);
  }

  /** Makes a key in this browser, has it accepted, and comes back to the phones. */
  async getsKey(): Promise<void> {
    await this.goes('Keys');
    await this.press('Make a key and ask for it');
    await this.reads('Asked for.');
    await this.press('Put it in force');
    await this.reads('Accepted: orders can be given from here.');
    await this.goes('Live');
  }

  /** What axe-core finds wrong on the page as it is. */
  barriers = (): Promise<string[]> => barriers(this.page);

  /** px that the page is wider than its window. */
  tooWide(): Promise<number> {
    return this.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  }
}
