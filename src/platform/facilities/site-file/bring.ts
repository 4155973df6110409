import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { Kysely } from 'kysely';
import type { SiteReport } from '../../../protocol/api/site.ts';
import type { FacilityId, Instant } from '../../../protocol/units.ts';
import { isHashed, markOfPins } from '../../callers/filed-pin.ts';
import type { Schema } from '../../database/schema.ts';
import { HttpError } from '../../http/access.ts';
import { parse } from '../../http/parse.ts';
import { type Actor, may } from '../../people/actor.ts';
import { leaveTrail } from '../../people/trail.ts';
import { importSite } from '../import.ts';
import { Site } from '../site.ts';

/** Bytes of a site file at most, as it is and as it was sent: 100,000 callers with 25 numbers each. */
export const LARGEST_SITE = 134_217_728;
/** So long a database that is gone is waited for, ms. */
const PATIENCE = 30_000;

/** A site file as somebody sent it. */
export interface SiteJob {
  readonly facility: FacilityId;
  /** JSON in UTF-8. */
  readonly document: Uint8Array;
  readonly gzip: boolean;
  readonly dryRun: boolean;
  readonly takeAway: boolean;
  readonly who: Actor;
  readonly at: Instant;
}

/** What of the platform's secrets it takes. */
export interface SiteKeys {
  readonly pepper: Uint8Array;
  /** Whether there is a key under which voices are kept. */
  readonly voices: boolean;
}

/**
 * Checks a site file whole and brings it in, or tells what it would change. What it changed leaves a line in the trail.
 * @throws HttpError 400 where it is not as it should be; 403 where it asks for more than `who` may; 409 where it does not fit this platform,
 * or takes away what `takeAway` does not say
 */
export async function bringSite(db: Kysely<Schema>, job: SiteJob, keys: SiteKeys): Promise<SiteReport> {
  const { facility, who, at, dryRun, takeAway } = job;
  const pepper = Buffer.from(keys.pepper);
  const document = unpacked(job);
  const site = parse(Site, jsonOf(document));
  mustFit(site, facility, pepper, keys.voices);
  const last = async (trx: Parameters<typeof leaveTrail>[0], report: SiteReport) => {
    mustBeAllowed(report, who);
    if (dryRun) return;
    const { callers, phones } = report.losses;
    if (callers + phones.length > 0 && !takeAway)
      throw new HttpError(
        409,
        `the file does not name ${callers} callers and ${phones.length} phones that are there: say takeAway where they are to go`,
      );
    if (report.changes.length === 0 && isZero(report.paidIn)) return;
    const file = createHash('sha256').update(document).digest('hex');
    const counts = report.changes.map(({ first: _, ...count }) => count);
    const after = { file, changes: counts, released: callers, phones_gone: phones, paid_in: report.paidIn };
    await leaveTrail(trx, facility, who, { what: 'site.import', after }, at);
  };
  const patient = performance.now() + PATIENCE;
  return importSite(db, site, { pepper, now: at, dry: dryRun, last }, () => performance.now() < patient);
}

function unpacked({ document, gzip }: SiteJob): Buffer {
  if (!gzip) return Buffer.from(document);
  try {
    return gunzipSync(document, { maxOutputLength: LARGEST_SITE });
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    if (tooLarge) throw new HttpError(413, `the file is too large: ${LARGEST_SITE} bytes are allowed`);
    throw new HttpError(400, 'the body is not as gzip makes it');
  }
}

function jsonOf(document: Buffer): unknown {
  try {
    return JSON.parse(document.toString('utf8'));
  } catch {
    throw new HttpError(400, 'the body is not JSON');
  }
}

/** @throws HttpError 400, 409 */
function mustFit(site: Site, facility: FacilityId, pepper: Buffer, voices: boolean): void {
  const { id, pinIdLength, voice } = site.facility;
  if (id !== facility) throw new HttpError(400, `facility.id: the file is of ${id}, and was sent for ${facility}`);
  if (voice && !voices)
    throw new HttpError(409, `facility ${id} asks for voices, for which this platform has no key (keys.voiceprints)`);
  if (site.pins !== markOfPins(pepper, id, pinIdLength) && site.callers.some(({ pin }) => isHashed(pin)))
    throw new HttpError(
      409,
      'pins: the hashes in place of PINs were made by another platform, for another facility or other lengths of ids: nobody could call by them',
    );
}

function mustBeAllowed({ facility, isNew, paidIn }: SiteReport, who: Actor): void {
  if (isNew && !who.operator) throw new HttpError(403, 'a new facility is for those who run the platform');
  if (!isZero(paidIn) && !may(who, 'money.deposit', facility))
    throw new HttpError(
      403,
      `opening balances of $${paidIn} would be paid in: that is for those who may money.deposit`,
    );
}

const isZero = (amount: string): boolean => Number(amount) === 0;
