import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { FacilityPath } from '../../protocol/api/live.ts';
import { TrailPage, TrailQuery, TrailWanted } from '../../protocol/api/trail.ts';
import { piece } from '../../protocol/api/wire.ts';
import type { Door } from '../http/access.ts';
import { download } from '../http/download.ts';
import { look, none } from '../http/route.ts';
import { exportTrail } from './trail-export.ts';
import { asTold, linesLike, signInsOf } from './trail-search.ts';

/** The trail of a facility and that of the platform, for those who look after it. That it was looked at or taken stands in it too. */
export function trailRoutes(app: FastifyInstance, door: Door): void {
  const read = { right: 'trail.read', query: TrailQuery, answer: TrailPage } as const;
  const take = { right: 'trail.read', query: TrailWanted } as const;
  const here = '/facilities/:facility/trail';
  const told = ({ query }: { query: Asked }) => {
    const { limit, after, ...asked } = query;
    return { what: 'trail.read', after: asked };
  };
  look(
    app,
    door,
    { ...read, path: here, summary: 'Who did and looked at what here', params: FacilityPath, told },
    ({ params, query }) => pageOf(query, (before, limit) => linesLike(door.db, params.facility, query, before, limit)),
  );
  look(
    app,
    door,
    {
      ...{ ...read, path: `${here}/sign-ins`, params: FacilityPath },
      summary:
        'When those who work here signed in or tried to, from where: of the trail of the platform those lines alone',
      told: (asked) => ({ ...told(asked), what: 'trail.sign-ins' }),
    },
    ({ params, query }) => pageOf(query, (before, limit) => signInsOf(door.db, params.facility, query, before, limit)),
  );
  look(
    app,
    door,
    { ...read, path: '/trail', summary: 'Who did what that concerns the platform', params: none, told },
    ({ query }) => pageOf(query, (before, limit) => linesLike(door.db, '', query, before, limit)),
  );
  for (const form of ['csv', 'jsonl'] as const) {
    const summary = 'The trail as a file, each line with its hash and that of the line before';
    const exported = ({ query }: { query: Wanted }) => ({ what: 'trail.export', after: { ...query, form } });
    const taken = { ...take, form, summary, told: exported };
    download(
      app,
      door,
      {
        ...{ ...taken, path: `${here}.${form}`, params: FacilityPath },
        name: ({ params: { facility } }) => `trail-${facility}`,
      },
      ({ params, query }) => exportTrail(door.db, params.facility, query, form),
    );
    download(app, door, { ...taken, path: `/trail.${form}`, params: none, name: () => 'trail' }, ({ query }) =>
      exportTrail(door.db, '', query, form),
    );
  }
}

type Asked = z.output<typeof TrailQuery>;
type Wanted = z.output<typeof TrailWanted>;

type Lines = Awaited<ReturnType<typeof linesLike>>;

/** The piece that is asked for, of lines of which so many are read that come before one of a number. */
async function pageOf({ limit, after }: Asked, read: (before: number | null, limit: number) => Promise<Lines>) {
  const before = z.coerce.number().pipe(z.int().positive()).safeParse(after).data ?? null;
  const { items, next } = piece(await read(before, limit + 1), limit, (row) => String(row.number));
  return { items: items.map(({ previous: _, ...row }) => asTold(row)), next };
}
