import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { FACILITY } from '../../sim/world/folder.ts';
import type { Role } from '../../src/protocol/api/rights.ts';

export const PASSWORD = 'correct horse battery staple';
const NEXT_CODE = 30_000;

/** Asks the API as a program does: with the cookie that it was given, and the origin of the page. */
class Asker {
  readonly #url: string;
  #cookie = '';

  constructor(url: string) {
    this.#url = url;
  }

  async ask(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.#url}/api${path}`, {
      method,
      headers: { cookie: this.#cookie, origin: this.#url, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const [given] = response.headers.getSetCookie();
    if (given !== undefined) this.#cookie = given.split(';')[0] ?? '';
    return { status: response.status, body: await response.json() };
  }
}

/** Somebody of the staff with his app of codes. Each code is good once: of the next half minute there is one more. */
export interface Employee {
  readonly email: string;
  readonly code: () => string;
  readonly asker: Asker;
}

const Link = z.object({ link: z.string() });
const Offer = z.object({ totp: z.object({ secret: z.string(), ticket: z.string() }) });

/** The people of a compiled platform, by its API until they sit at a page. */
export class People {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Opens the link that somebody was given: his password, and the first code of his app. `email` is told by the first of all. */
  async welcome(link: string, name: string, email: string, isFirst = true): Promise<Employee> {
    const [, token] = /#\/welcome\/([\w-]+)/.exec(link) ?? [];
    const asker = new Asker(this.#url);
    const { totp } = Offer.parse((await asker.ask('GET', `/welcome/${token}`)).body);
    const app = new TOTP({ secret: Secret.fromBase32(totp.secret) });
    const proof = { ticket: totp.ticket, code: app.generate() };
    const answer = { name, ...(isFirst && { email }), password: PASSWORD, totp: proof };
    const { status, body } = await asker.ask('POST', `/welcome/${token}`, answer);
    if (status !== 200) throw new Error(`${name} was not let in: ${JSON.stringify(body)}`);
    return { email, code: () => app.generate({ timestamp: Date.now() + NEXT_CODE }), asker };
  }

  async invite(by: Employee, email: string, name: string, roles: readonly Role[]): Promise<Employee> {
    const { body } = await by.asker.ask('POST', `/facilities/${FACILITY}/people`, { email, name, roles });
    return this.welcome(Link.parse(body).link, name, email, false);
  }

  async signIn(browser: Browser, { email, code }: Employee, at = this.#url): Promise<Page> {
    const page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(at);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Code of six digits').fill(code());
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Pine River County Jail').first().waitFor();
    return page;
  }
}
