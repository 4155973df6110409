import type { Logger } from 'pino';
import type { Asker, Control, Trx } from '../../context.ts';
import type { PhoneAccounts } from './accounts.ts';

type Due = Pick<Control, 'db' | 'alarm'> & { readonly accounts: PhoneAccounts };

/**
 * Takes away what is due, one box a transaction: whoever gives accounts to its place waits for it, and several platforms share the work.
 * What cannot be done now stays due, and is an alarm: a box that was replaced may still be heard.
 */
export async function revokeDue({ db, alarm, accounts }: Due, log: Logger): Promise<void> {
  const passed: string[] = [];
  for (let more = true; more; ) {
    more = await db.transaction().execute(async (trx) => {
      const box = await next(trx, passed);
      if (box === undefined) return false;
      passed.push(box.thumbprint);
      const { facility, terminal } = box;
      try {
        await revokeBox(trx, box, accounts);
      } catch (err) {
        log.error({ err, facility, terminal }, 'the accounts of a phone could not be taken away: it is tried again');
        alarm('accounts-left', { facility, terminal }, `its accounts could not be taken away yet: ${String(err)}`);
      }
      return true;
    });
  }
}

/**
 * Takes away at once what is due of a place, and what a box had in another: its account at the broker goes by its key. Until the
 * transaction is over nobody else does.
 */
export async function revokeNow(
  trx: Trx,
  { facility, terminal, thumbprint }: DueBox,
  accounts: PhoneAccounts,
): Promise<void> {
  const boxes = await trx
    .selectFrom('accounts_due')
    .select(['facility', 'terminal', 'thumbprint'])
    .where((eb) => eb.or([eb.and({ facility, terminal }), eb('thumbprint', '=', thumbprint)]))
    .orderBy('thumbprint')
    .forUpdate()
    .execute();
  for (const box of boxes) await revokeBox(trx, box, accounts);
}

interface DueBox extends Asker {
  readonly thumbprint: string;
}

async function revokeBox(trx: Trx, { facility, terminal, thumbprint }: DueBox, accounts: PhoneAccounts): Promise<void> {
  await accounts.revoke({ facility, terminal }, thumbprint);
  await trx
    .deleteFrom('accounts_due')
    .where((eb) => eb.and({ facility, terminal, thumbprint }))
    .execute();
}

const next = (trx: Trx, passed: readonly string[]): Promise<DueBox | undefined> =>
  trx
    .selectFrom('accounts_due')
    .select(['facility', 'terminal', 'thumbprint'])
    .where((eb) => eb.and(passed.map((thumbprint) => eb('thumbprint', '<>', thumbprint))))
    .orderBy('since')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
