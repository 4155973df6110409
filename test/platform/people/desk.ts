import { randomUUID } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { pino } from 'pino';
import { z } from 'zod';
import { HttpConfig } from '../../../src/platform/config.ts';
import { type AddRoutes, startApi } from '../../../src/platform/http/server.ts';
import { makeLink } from '../../../src/platform/people/sign-in/links.ts';
import { StaffId } from '../../../src/protocol/api/people.ts';
import type { Role } from '../../../src/protocol/api/rights.ts';
import { FacilityId, type Instant } from '../../../src/protocol/units.ts';
import { type Setup, siteFile } from '../world.ts';

export const PASSWORD = 'quiet-otter-9-lantern';

/** An answer of the API, as a test looks at it. */
export interface Answered {
  readonly status: number;
  // What a body should look like is what each test says.
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
  readonly body: any;
  readonly headers: Headers;
}

/** A browser that keeps the cookie of one place. */
export class Browser {
  cookie: string | null = null;
  /** The cookie as it was set last. */
  set = '';
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered> {
    const response = await fetch(`${this.address}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(headers['sec-fetch-site'] === undefined && { 'sec-fetch-site': 'same-origin' }),
        ...(this.cookie !== null && { cookie: this.cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      this.set = set;
      this.cookie = pair.endsWith('=') ? null : pair;
    }
    const text = await response.text();
    const json = /json\b/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: json ? JSON.parse(text) : text, headers: response.headers };
  }

  get = (path: string) => this.ask('GET', path);
  post = (path: string, body: unknown = {}) => this.ask('POST', path, body);
}

/** Somebody of the staff with his browser and his app. */
export interface Employee {
  readonly id: StaffId;
  readonly email: string;
  readonly browser: Browser;
  readonly recovery: readonly string[];
  readonly code: () => string;
}

/** The platform's API as staff use it. */
export async function openDesk(
  setup: Setup,
  settings: z.input<typeof HttpConfig> = { port: 0 },
  more: readonly AddRoutes[] = [],
) {
  const { control } = setup.world;
  const { db } = control;
  const clock = { now: Date.UTC(2026, 2, 3, 18) as Instant };
  const pass = (ms: number) => {
    clock.now = (clock.now + ms) as Instant;
  };
  const config = HttpConfig.parse(settings);
  const vitals = () => ({ broker: 'up' as const, facilities: [], counters: {} });
  const given = { db, pepper: control.pepper, now: () => clock.now };
  const api = await startApi(config, given, vitals, pino({ level: 'silent' }), more);
  const browser = (at = api.address) => new Browser(at);
  const codeOf = (secret: string) => () =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.now });

  const facility = async (): Promise<FacilityId> => {
    const id = FacilityId.parse(`f-${randomUUID()}`);
    await setup.world.import(siteFile(id));
    return id;
  };

  /** Opens a link as a person does. */
  const open = async (token: string, name: string, email?: string, at?: string) => {
    const person = browser(at);
    const { totp } = (await person.get(`/api/welcome/${token}`)).body;
    const code = codeOf(totp.secret);
    const answer = { name, password: PASSWORD, totp: { ticket: totp.ticket, code: code() }, ...(email && { email }) };
    const came = await person.post(`/api/welcome/${token}`, answer);
    return { ...came, browser: person, code };
  };

  /** Somebody with these roles, signed in on the page that is opened by this address. */
  const employ = async (
    roles: Readonly<Record<FacilityId, readonly Role[]>>,
    operator = false,
    at = api.address,
  ): Promise<Employee> => {
    const id = StaffId.parse(randomUUID());
    const email = `${id}@example.gov`;
    const { token } = await db.transaction().execute(async (trx) => {
      const row = { id, email, name: 'invited', state: 'invited' as const, operator, made: clock.now };
      await trx.insertInto('staff').values(row).execute();
      for (const [facility, held] of Object.entries(roles))
        for (const role of held)
          await trx
            .insertInto('staff_roles')
            .values({ staff: id, facility: FacilityId.parse(facility), role })
            .execute();
      return makeLink(trx, 'invitation', id, clock.now);
    });
    const { browser: own, code, body } = await open(token, `Employee ${id.slice(0, 4)}`, undefined, at);
    return {
      id,
      email,
      browser: own,
      code,
      recovery: z.object({ recovery: z.array(z.string()) }).parse(body).recovery,
    };
  };

  /** Signs in anew, a step later, so that no code is given twice. */
  const signIn = async ({ email, code }: Employee, person = browser()): Promise<Browser> => {
    pass(30_000);
    await person.post('/api/session', { email, password: PASSWORD });
    const { status, body } = await person.post('/api/session/second', { totp: code() });
    if (status !== 200) throw new Error(`not signed in: ${JSON.stringify(body)}`);
    return person;
  };

  const lines = (what: string, chain: FacilityId | '' = '') =>
    db
      .selectFrom('trail')
      .selectAll()
      .where('chain', '=', chain)
      .where('what', '=', what)
      .orderBy('number', 'desc')
      .limit(50)
      .execute();

  return { ...{ api, db, clock, pass, browser, facility, open, employ, signIn, codeOf, lines }, close: api.close };
}
export type Desk = Awaited<ReturnType<typeof openDesk>>;
