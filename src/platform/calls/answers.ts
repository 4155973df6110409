import { type Kysely, sql } from 'kysely';
import type { PlatformReply } from '../../protocol/messages.ts';
import type { Instant } from '../../protocol/units.ts';
import type { Answer, CallKey } from '../context.ts';
import type { Schema } from '../database/schema.ts';

export type { Answer } from '../context.ts';

export const answer = (reply: PlatformReply): Answer => JSON.stringify(reply) as Answer;

/** A request of a call, by the name under which its answer is kept. */
export interface Asked extends CallKey {
  readonly request: string;
}

/** A name of a request for maps: what has come from outside is last in it. */
const nameOf = ({ facility, terminal, call, request }: Asked): string => `${facility}/${terminal}/${call}/${request}`;

/** What was answered to requests. */
export class Answers {
  readonly #bodies: Map<string, Answer>;

  constructor(rows: readonly (Asked & { readonly body: string })[]) {
    this.#bodies = new Map(rows.map((row) => [nameOf(row), row.body as Answer]));
  }

  get(asked: Asked): Answer | undefined {
    return this.#bodies.get(nameOf(asked));
  }

  set(asked: Asked, body: Answer): void {
    this.#bodies.set(nameOf(asked), body);
  }
}

/** What was answered to these before, of those that were. */
export async function answersTo(db: Kysely<Schema>, asked: readonly Asked[]): Promise<Answers> {
  const keys = asked.map(({ facility, terminal, call, request }) => ({ facility, terminal, call, request }));
  const { rows } = await sql<Asked & { body: string }>`
    select a.* from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) k(facility text, terminal text, call uuid, request text)
      join answers a using (facility, terminal, call, request)`.execute(db);
  return new Answers(rows);
}

/** What was answered to this request of this call before, if it was. */
export const answered = async (db: Kysely<Schema>, key: CallKey, request: string): Promise<Answer | null> =>
  (await answersTo(db, [{ ...key, request }])).get({ ...key, request }) ?? null;

/** Keeps answers; gives of each the one that was there first where there is one. */
export async function keepAnswers(
  db: Kysely<Schema>,
  at: Instant,
  fresh: readonly (Asked & { readonly body: Answer })[],
): Promise<Answers> {
  const rows = fresh.map(({ facility, terminal, call, request, body }) => ({
    ...{ facility, terminal, call, request, at, body },
  }));
  const { rows: kept } = await sql`
    insert into answers (facility, terminal, call, request, at, body)
      select facility, terminal, call, request, at, body
        from jsonb_populate_recordset(null::answers, ${JSON.stringify(rows)}::jsonb)
        order by facility, terminal, call, request
      on conflict do nothing returning call`.execute(db);
  return kept.length === fresh.length ? new Answers(rows) : answersTo(db, fresh);
}

/** Keeps an answer; gives the one that was there first where there is one. */
export const keepAnswer = async (
  db: Kysely<Schema>,
  key: CallKey,
  request: string,
  at: Instant,
  body: Answer,
): Promise<Answer> => (await keepAnswers(db, at, [{ ...key, request, body }])).get({ ...key, request }) ?? body;
