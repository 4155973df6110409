import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  Block,
  BlockFilter,
  Blocking,
  Blocks,
  Declining,
  Lift,
  Lifted,
  ListedNumber,
  ListImport,
  Listing,
  ListsImported,
  NewRules,
  NumberRules,
  Unlisted,
  Unlisting,
  Wish,
  Wishes,
  WishFilter,
} from '../../../src/protocol/api/numbers.ts';
import { asWritten } from '../../../src/protocol/api/pattern.ts';
import { blocksOf, type listOf, wishesOf } from './samples.ts';
import { problem } from './session.ts';

const OfNumber = z.object({ number: z.string() });
const OfId = z.object({ id: z.coerce.number() });
const AT = '2026-03-03T18:00:00.000Z';
const BY = 'J. Alvarez from 10.0.4.17';

/** Wishes and blocks of a county, as they were made up, and `list`, which every caller has. */
export function numberRoutes(app: FastifyInstance, list: ReturnType<typeof listOf>): void {
  const here = '/api/facilities/county';
  const wishes = wishesOf();
  const blocks = blocksOf();
  let rules = NumberRules.parse({ wishes: true, learns: 0 });
  const put = (number: string, body: unknown) => {
    const { why: _, ...listing } = Listing.parse(body);
    const entry = ListedNumber.parse({ number, ...listing, added_by: BY });
    const at = list.findIndex((one) => one.number === entry.number);
    list.splice(at === -1 ? list.length : at, at === -1 ? 0 : 1, entry);
    return entry;
  };
  app.put(`${here}/callers/:caller/numbers/:number`, ({ params, body }) => put(OfNumber.parse(params).number, body));
  app.delete(`${here}/callers/:caller/numbers/:number`, ({ params, body }) => {
    Unlisting.parse(body);
    const { number } = OfNumber.parse(params);
    list.splice(
      list.findIndex((one) => one.number === number),
      1,
    );
    return Unlisted.parse({ number, listed: false });
  });

  app.get(`${here}/wishes`, ({ query }) => {
    const { state, caller } = WishFilter.parse(query);
    const items = wishes.filter((one) => one.state === state && (caller === undefined || one.caller === caller));
    return Wishes.parse({ items, next: null });
  });
  for (const [deed, state] of [
    ['approve', 'approved'],
    ['decline', 'declined'],
  ] as const)
    app.post(`${here}/wishes/:id/${deed}`, ({ params, body }, reply) => {
      const wish = wishes.find(({ id }) => id === OfId.parse(params).id);
      if (wish?.state !== 'open') return problem(reply, 409, 'it was decided before');
      if (deed === 'approve') put(wish.number, body);
      const { why } = deed === 'approve' ? Listing.parse(body) : Declining.parse(body);
      return reply.send(Wish.parse(Object.assign(wish, { state, decided: AT, decided_by: BY, decided_why: why })));
    });

  app.get(`${here}/blocks`, ({ query }) => {
    const { lifted, caller } = BlockFilter.parse(query);
    const items = blocks.filter((one) => (one.lifted !== null) === lifted && (!caller || one.caller === caller));
    return Blocks.parse({ items, next: null });
  });
  app.post(`${here}/blocks`, ({ body }, reply) => {
    const { pattern, ...wanted } = Blocking.parse(body);
    const made = { id: blocks.length + 1, pattern: asWritten(pattern), created: AT, created_by: BY };
    const block = Block.parse({ ...made, ...wanted, lifted: null, lifted_by: null, lifted_why: null });
    blocks.push(block);
    return reply.status(201).send(block);
  });
  app.post(`${here}/blocks/:id/lift`, ({ params, body }) => {
    const { why } = Lift.parse(body);
    const block = blocks.find(({ id }) => id === OfId.parse(params).id);
    Object.assign(block ?? {}, { lifted: AT, lifted_by: BY, lifted_why: why });
    return Lifted.parse({ id: block?.id, lifted: AT });
  });

  app.get(`${here}/number-rules`, () => rules);
  app.put(`${here}/number-rules`, ({ body }) => {
    const { why: _, ...wanted } = NewRules.parse(body);
    rules = wanted;
    return rules;
  });
  app.post(`${here}/lists/import`, ({ body }) => {
    const { csv, dry_run } = ListImport.parse(body);
    const rows = csv.trim().split('\n').slice(1);
    const lines = rows.map((row, i) => ({ line: i + 2, cells: row.split(',') }));
    const good = lines.filter(({ cells }) => cells[1]?.startsWith('+'));
    return ListsImported.parse({
      ...{ done: !dry_run, same: 0 },
      changes: good.map(({ line, cells: [caller, number] }) => ({ line, caller, number, change: 'added' })),
      wrong: lines
        .filter((one) => !good.includes(one))
        .map(({ line }) => ({ line, why: 'number: a number in international form is wanted, as +12025550123' })),
    });
  });
}
