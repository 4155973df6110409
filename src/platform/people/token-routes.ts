import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { FacilityPath } from '../../protocol/api/live.ts';
import { Done, done, FacilityTokenPath, MadeToken, NewToken, TokenPath, Tokens } from '../../protocol/api/people.ts';
import { momentText, momentTextOrNull } from '../../protocol/api/wire.ts';
import { after, type FacilityId, type Instant, millis } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { type Door, HttpError } from '../http/access.ts';
import { change, look, none } from '../http/route.ts';
import { type Actor, may, told } from './actor.ts';
import { addToken } from './tokens.ts';

const DAY = 86_400_000;

/** Tokens of machines: of one facility, or over the platform. */
export function tokenRoutes(app: FastifyInstance, door: Door): void {
  const read = { right: 'people.read', query: none, answer: Tokens } as const;
  const alter = { right: 'people.change' } as const;
  const here = '/facilities/:facility/tokens';
  const summary = 'Tokens of machines that are good';
  look(app, door, { ...read, path: here, summary, params: FacilityPath }, ({ params }) =>
    tokensOf(door, params.facility),
  );
  look(app, door, { ...read, path: '/tokens', summary, params: none }, () => tokensOf(door, null));
  const make = { ...alter, method: 'POST', summary: 'Make a token for a machine', body: NewToken } as const;
  const made = { answer: MadeToken, status: 201 } as const;
  change(app, door, { ...make, ...made, path: here, params: FacilityPath }, ({ who, trx, body, at, params }) =>
    makeToken(trx, who, params.facility, body, at),
  );
  change(app, door, { ...make, ...made, path: '/tokens', params: none }, ({ who, trx, body, at }) =>
    makeToken(trx, who, null, body, at),
  );
  const end = { ...alter, method: 'DELETE', summary: 'End a token at once', body: none, answer: Done } as const;
  change(app, door, { ...end, path: `${here}/:token`, params: FacilityTokenPath }, ({ trx, at, params }) =>
    endToken(trx, params.facility, params.token, at),
  );
  change(app, door, { ...end, path: '/tokens/:token', params: TokenPath }, ({ trx, at, params }) =>
    endToken(trx, null, params.token, at),
  );
}

async function tokensOf({ db, now }: Door, facility: FacilityId | null): Promise<z.input<typeof Tokens>> {
  const rows = await db
    .selectFrom('api_tokens')
    .select(['id', 'name', 'rights', 'made', 'made_by', 'expires', 'used'])
    .where('facility', facility === null ? 'is' : '=', facility)
    .where('ended', 'is', null)
    .where('expires', '>', now())
    .orderBy('name')
    .orderBy('id')
    .execute();
  const items = rows.map((row) => ({
    ...row,
    made: momentText(row.made),
    expires: momentText(row.expires),
    used: momentTextOrNull(row.used),
  }));
  return { items };
}

async function makeToken(
  trx: Trx,
  who: Actor,
  facility: FacilityId | null,
  { name, rights, days }: z.output<typeof NewToken>,
  at: Instant,
) {
  const beyond = rights.find((right) => !may(who, right, facility));
  if (beyond !== undefined) throw new HttpError(403, `rights: you may not ${beyond} yourself`);
  const expires = after(at, millis(days * DAY));
  const { id, token } = await addToken(trx, { name, facility, rights, made: at, made_by: told(who), expires });
  const answer = { id, token, expires: momentText(expires) };
  return {
    answer,
    act: { what: 'token.make', subject: { token: id }, after: { name, rights, expires: answer.expires } },
  };
}

async function endToken(trx: Trx, facility: FacilityId | null, id: string, at: Instant) {
  const ended = await trx
    .updateTable('api_tokens')
    .set({ ended: at })
    .where('id', '=', id)
    .where('facility', facility === null ? 'is' : '=', facility)
    .where('ended', 'is', null)
    .returning('name')
    .executeTakeFirst();
  if (!ended) throw new HttpError(404, 'there is no such token here');
  return {
    answer: done,
    act: { what: 'token.end', subject: { token: id }, before: { name: ended.name } },
  };
}
