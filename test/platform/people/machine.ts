import type { Kysely } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import type { Schema } from '../../../src/platform/database/schema.ts';
import { addToken } from '../../../src/platform/people/tokens.ts';
import { RIGHTS, type Right } from '../../../src/protocol/api/rights.ts';
import type { Instant } from '../../../src/protocol/units.ts';
import { Browser, PASSWORD } from './desk.ts';

/** What a machine may do that looks at a facility, but for its tips, and changes nothing. */
export const LOOKS: readonly Right[] = [
  ...(['facility.read', 'live.read', 'calls.read', 'callers.read', 'numbers.read', 'money.read'] as const),
  ...(['voices.read', 'terminals.read', 'keys.read'] as const),
];
/** All that a machine may do. */
export const ALL_RIGHTS = RIGHTS.filter((right) => right !== 'people.change');

const NEVER = Date.UTC(2100, 0, 1) as Instant;

/** The token of a machine over the platform that is called `name`. */
export async function tokenOf(db: Kysely<Schema>, name: string, rights: readonly Right[]): Promise<string> {
  const made = { made: 0 as Instant, made_by: 'a test', expires: NEVER };
  const row = { name, facility: null, rights: [...rights], ...made };
  return (await db.transaction().execute((trx) => addToken(trx, row))).token;
}

/** Becomes the first who runs a platform, by the link that it printed, and makes a token of each name there. */
export async function firstTokens<N extends string>(
  link: string,
  wishes: Readonly<Record<N, readonly Right[]>>,
): Promise<Record<N, string>> {
  const [, address = '', token] = /(https?:\S+)\/#\/welcome\/([\w-]+)/.exec(link) ?? [];
  const operator = new Browser(address);
  const { totp } = (await operator.get(`/api/welcome/${token}`)).body;
  const code = new TOTP({ secret: Secret.fromBase32(totp.secret) }).generate();
  const proofs = { password: PASSWORD, totp: { ticket: totp.ticket, code } };
  await operator.post(`/api/welcome/${token}`, { name: 'Olga Perez', email: 'olga@example.gov', ...proofs });
  const made = await Promise.all(
    Object.entries<readonly Right[]>(wishes).map(async ([name, rights]) => {
      const { status, body } = await operator.post('/api/tokens', { name, rights, days: 1 });
      if (status !== 201) throw new Error(`no token was made: ${JSON.stringify(body)}`);
      return [name, body.token] as const;
    }),
  );
  return Object.fromEntries(made) as Record<N, string>;
}
