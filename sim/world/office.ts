import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import { readYaml } from '../../src/cli/file.ts';
import { Blocks } from '../../src/protocol/api/numbers.ts';
import { Invited, Welcome } from '../../src/protocol/api/people.ts';
import type { Role } from '../../src/protocol/api/rights.ts';
import { Browser } from './browser.ts';
import { FACILITY } from './folder.ts';

/** The sample officer's proofs, and the cookie of the session he has. */
const Officer = z.strictObject({ password: z.string(), secret: z.string(), cookie: z.string().nullable() });
type Officer = z.infer<typeof Officer>;

const OPERATOR = { name: 'Olga Perez', email: 'olga.perez@pine-river.example' };
const OFFICER = { name: 'Dana Lee', email: 'dana.lee@pine-river.example' };
const ROLES: readonly Role[] = ['officer', 'supervisor'];
/** A code of the app is good once; there is one more each half minute, and that of the next is taken already. */
const STEP = 30_000;

const app = (secret: string) => new TOTP({ secret: Secret.fromBase32(secret) });

/**
 * The sample staff of a world: Olga Perez came by the platform's first link and invited Dana Lee, officer and supervisor of the site, whose
 * password and app are kept in the folder. For a world on loopback alone: whoever opens the door is her.
 */
export class Office {
  /** Where the platform's pages are. */
  readonly address: string;
  readonly #file: string;
  #officer: Officer;

  private constructor(address: string, file: string, officer: Officer) {
    this.address = address;
    this.#file = file;
    this.#officer = officer;
  }

  /**
   * Opens the office of a folder; `first` is the token of the platform's first link, while nobody runs it.
   * @throws Error where people run that platform of whom the folder has nothing
   */
  static async open(folder: string, address: string, first: string | null): Promise<Office> {
    const file = join(folder, 'staff.json');
    if (first === null && !existsSync(file))
      throw new Error(`${folder} has people and no ${file}: take another folder (--data), or sign in at ${address}`);
    if (first === null) return new Office(address, file, readYaml(file, Officer));
    const operator = new Browser(address);
    await comeIn(operator, first, OPERATOR);
    const invitation = { ...OFFICER, roles: ROLES };
    const { link } = Invited.parse(await operator.ask('POST', `/facilities/${FACILITY}/people`, invitation));
    const own = new Browser(address);
    const proofs = await comeIn(own, link?.split('/').at(-1) ?? '', { name: OFFICER.name });
    const office = new Office(address, file, { ...proofs, cookie: own.cookie });
    office.#keep();
    return office;
  }

  /** Signs the officer in, unless she is. Gives the line `Set-Cookie` for her browser. */
  async enter(): Promise<string> {
    const { cookie } = await this.#signedIn();
    if (cookie === null) throw new Error('the platform gave no session');
    return cookie;
  }

  /** Lifts the blocks that called parties have made; says how many. */
  async unblock(): Promise<number> {
    const browser = await this.#signedIn();
    const { items } = Blocks.parse(await browser.ask('GET', `/facilities/${FACILITY}/blocks?limit=200`));
    const theirs = items.filter(({ kind }) => kind === 'called-party');
    for (const { id } of theirs)
      await browser.ask('POST', `/facilities/${FACILITY}/blocks/${id}/lift`, { why: 'To try the call again' });
    return theirs.length;
  }

  async #signedIn(): Promise<Browser> {
    const browser = new Browser(this.address, this.#officer.cookie);
    const isIn = await browser.ask('GET', '/session').then(
      () => true,
      () => false,
    );
    if (isIn) return browser;
    const { password, secret } = this.#officer;
    await browser.ask('POST', '/session', { email: OFFICER.email, password });
    const prove = (timestamp: number) =>
      browser.ask('POST', '/session/second', { totp: app(secret).generate({ timestamp }) });
    await prove(Date.now()).catch(() => prove(Date.now() + STEP));
    this.#officer = { password, secret, cookie: browser.cookie };
    this.#keep();
    return browser;
  }

  #keep(): void {
    writeFileSync(this.#file, JSON.stringify(this.#officer), { mode: 0o600 });
  }
}

/** Opens a link as a person does: with a password, and the first code of an app. */
async function comeIn(browser: Browser, token: string, who: { readonly name: string; readonly email?: string }) {
  const { totp } = Welcome.parse(await browser.ask('GET', `/welcome/${token}`));
  const password = randomBytes(18).toString('base64url');
  const proof = { ticket: totp.ticket, code: app(totp.secret).generate() };
  await browser.ask('POST', `/welcome/${token}`, { ...who, password, totp: proof });
  return { password, secret: totp.secret };
}
