import type { FastifyInstance } from 'fastify';
import { FacilityPath } from '../../../protocol/api/live.ts';
import { SiteAsked, SiteReport } from '../../../protocol/api/site.ts';
import type { Door } from '../../http/access.ts';
import { download } from '../../http/download.ts';
import { none } from '../../http/route.ts';
import { upload } from '../../http/upload.ts';
import { Site } from '../site.ts';
import { LARGEST_SITE } from './bring.ts';
import { exportSite } from './export.ts';
import type { Sites } from './sites.ts';

/** The site file of a facility, in and out; a facility that is new comes in by those who run the platform. */
export function siteRoutes(app: FastifyInstance, door: Door, sites: Sites, pepper: Buffer): void {
  const path = '/facilities/:facility/site';
  upload(
    app,
    door,
    {
      ...{ path, right: 'site.change', params: FacilityPath, query: SiteAsked, document: Site, answer: SiteReport },
      ...{ largest: LARGEST_SITE, summary: 'Make the facility as its site file says, or tell what that would change' },
    },
    ({ params: { facility }, query, ...asked }) => sites.bring({ facility, ...query, ...asked }),
  );
  download(
    app,
    door,
    {
      ...{ path, right: 'site.read', params: FacilityPath, query: none, form: 'json' },
      summary: 'Take the site file: of PINs it has hashes alone, of accounts no money',
      name: ({ params: { facility } }) => facility,
      told: () => ({ what: 'site.export' }),
    },
    ({ params: { facility } }) => exportSite(door.db, facility, pepper),
  );
  app.addHook('onClose', () => sites.close());
}
