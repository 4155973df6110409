import type { FastifyInstance } from 'fastify';
import {
  Acceptance,
  Accepted,
  PhoneHours,
  TerminalKeyPath,
  TerminalKeys,
  TerminalPath,
} from '../../protocol/api/terminals.ts';
import { momentText, momentTextOrNull } from '../../protocol/api/wire.ts';
import { type Door, HttpError } from '../http/access.ts';
import { change, look, none } from '../http/route.ts';
import { told } from '../people/actor.ts';
import { type Accepting, acceptKey } from './keys.ts';
import { setHours } from './places.ts';

const REFUSED: Record<Exclude<Accepting, 'accepted'>, [status: number, why: string]> = {
  unknown: [404, 'there is no such terminal in this facility'],
  'in-force': [409, 'it is the key in force'],
};

/** Keys of phones: which are known at a place, and accepting that of a new one; and a phone's own hours. */
export function terminalRoutes(app: FastifyInstance, door: Door): void {
  look(
    app,
    door,
    {
      path: '/facilities/:facility/terminals/:terminal/keys',
      summary: 'The keys seen or accepted at a place, the latest first',
      right: 'terminals.read',
      ...{ params: TerminalPath, query: none, answer: TerminalKeys },
    },
    async ({ params }) => {
      const rows = await door.db
        .selectFrom('terminal_keys')
        .select(['thumbprint', 'state', 'seen', 'accepted', 'accepted_by', 'accepted_why'])
        .where((eb) => eb.and(params))
        .orderBy('seen', 'desc')
        .execute();
      const inWords = rows.map((row) => ({
        ...row,
        seen: momentText(row.seen),
        accepted: momentTextOrNull(row.accepted),
      }));
      return { items: inWords };
    },
  );
  change(
    app,
    door,
    {
      ...{ method: 'PUT', path: '/facilities/:facility/terminals/:terminal/hours', right: 'facility.change' },
      summary: 'Give a phone hours of its own, within those of its unit and facility, or none',
      ...{ params: TerminalPath, body: PhoneHours, answer: PhoneHours },
    },
    async ({ trx, params: { facility, terminal }, body: { hours } }) => {
      const before = await setHours(trx, facility, terminal, hours);
      const act = { what: 'phone.hours', subject: { terminal }, before: { hours: before }, after: { hours } };
      return { answer: { hours }, act };
    },
  );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/facilities/:facility/terminals/:terminal/keys/:thumbprint/accept' },
      summary: 'Accept the key of a phone that took the place of another',
      right: 'terminals.change',
      ...{ params: TerminalKeyPath, body: Acceptance, answer: Accepted },
    },
    async ({ who, trx, at, params: { facility, terminal, thumbprint }, body: { why } }) => {
      const came = await acceptKey(trx, { facility, terminal }, thumbprint, { by: told(who), why, at });
      if (came !== 'accepted') throw new HttpError(...REFUSED[came]);
      const answer = { thumbprint, accepted: momentText(at) };
      return { answer, act: { what: 'terminal-key.accept', subject: { terminal, thumbprint }, why } };
    },
  );
}
