import type { FastifyInstance } from 'fastify';
import { FacilityPath } from '../../protocol/api/live.ts';
import { ListImport, ListsImported, NewRules, NumberRules } from '../../protocol/api/numbers.ts';
import { lockFacility } from '../facilities/lock.ts';
import { type Door, HttpError } from '../http/access.ts';
import { change, look, none } from '../http/route.ts';
import { told } from '../people/actor.ts';
import { comparedWith, putLists } from './lists.ts';
import { rulesOf, setRules } from './rules.ts';
import { readTable } from './table.ts';

/** How callers' lists are filled beside number by number: by tables, and by the callers. */
export function fillingRoutes(app: FastifyInstance, door: Door): void {
  const path = '/facilities/:facility/number-rules';
  look(
    app,
    door,
    {
      ...{ path, summary: 'Whether callers ask for numbers by dialling them, and whether lists learn' },
      right: 'numbers.read',
      ...{ params: FacilityPath, query: none, answer: NumberRules },
    },
    ({ params: { facility } }) => rulesOf(door.db, facility),
  );
  change(
    app,
    door,
    {
      ...{ method: 'PUT', path, summary: 'Say how lists are filled beside by staff, from the next call on' },
      right: 'facility.change',
      ...{ params: FacilityPath, body: NewRules, answer: NumberRules },
    },
    async ({ trx, params: { facility }, body: { why, ...answer } }) => {
      await lockFacility(trx, facility);
      const before = await rulesOf(trx, facility);
      await setRules(trx, facility, answer);
      return { answer, act: { what: 'numbers.rules', before, after: answer, why } };
    },
  );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/facilities/:facility/lists/import' },
      summary:
        "Put the numbers of a table on callers' lists, or with `dry_run` tell what that would change; nothing is taken off",
      right: 'numbers.change',
      ...{ params: FacilityPath, body: ListImport, answer: ListsImported },
    },
    async ({ who, trx, params: { facility }, body: { csv, dry_run, why } }) => {
      await lockFacility(trx, facility);
      const { entries, wrong } = readTable(csv);
      const compared = await comparedWith(trx, facility, entries);
      const answer = { ...compared, wrong: [...wrong, ...compared.wrong].sort((a, b) => a.line - b.line) };
      if (dry_run) return { answer: { done: false, ...answer }, act: null };
      const [first] = answer.wrong;
      if (first) throw new HttpError(409, `nothing was changed: line ${first.line}: ${first.why}`);
      await putLists(trx, facility, entries, answer.changes, told(who));
      const after = { lists: answer.changes.map(({ caller, number, change: how }) => `${caller} ${number} ${how}`) };
      const act = answer.changes.length > 0 ? { what: 'number.import', after, why } : null;
      return { answer: { done: true, ...answer }, act };
    },
  );
}
