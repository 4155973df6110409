import type { LockdownOrder } from '../../protocol/lockdown.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { Control } from '../context.ts';
import { whenThere } from '../database/gone.ts';
import { isApproved } from '../people/approvals.ts';
import type { Issuers } from './issuers.ts';
import type { Believed, Kept } from './kept.ts';

/**
 * Whether an order releases its facility's lockdown: it opens the whole facility, or has what its issuer closed there end sooner than it
 * was to. What opens a unit or a phone leaves the facility's lockdown as it is.
 */
function releases(order: LockdownOrder, standing: readonly LockdownOrder[]): boolean {
  if (order.scope.kind !== 'facility') return false;
  if (order.state === 'open') return true;
  const own = standing.find(({ state, issuer }) => state !== 'open' && issuer === order.issuer);
  return own !== undefined && order.until !== null && (own.until === null || order.until < own.until);
}

/** Where a second person has to approve what releases the lockdown of a facility. */
export class Releases {
  readonly #db: Control['db'];
  readonly #issuers: ReadonlyMap<FacilityId, Issuers>;

  constructor(db: Control['db'], issuers: ReadonlyMap<FacilityId, Issuers>) {
    this.#db = db;
    this.#issuers = issuers;
  }

  /** Whether one has to approve `order` before it takes the place of what is kept. */
  wantSecond(order: LockdownOrder, kept: Kept | undefined): boolean {
    const isWanted = this.#issuers.get(order.scope.facility)?.twoPeople.includes('lockdown') ?? false;
    return isWanted && releases(order, kept?.standing.orders ?? []);
  }

  /**
   * What came by the broker is believed where one has approved it, which another platform was told. Waits for the database as long as `goOn`.
   * @throws Error of the database where it is not there by then
   */
  async believed(
    jws: string,
    believed: Believed | Error,
    kept: Kept | undefined,
    goOn: () => boolean,
  ): Promise<Believed | Error> {
    if (believed instanceof Error || kept?.jws === jws || !this.wantSecond(believed.order, kept)) return believed;
    const { facility } = believed.order.scope;
    const isThere = await whenThere(() => isApproved(this.#db, { facility, kind: 'lockdown' }, jws), goOn);
    return isThere ? believed : new Error('it releases the lockdown, and no second person has approved it');
  }
}
