import type { Logger } from 'pino';
import type { Control } from '../context.ts';
import { isNobodyThere, makeLink } from './sign-in/links.ts';

/** While nobody is there: prints a link by which one comes to run the platform, and gives its token. `url` is where people reach it. */
export async function welcomeFirst(
  { db, now }: Pick<Control, 'db' | 'now'>,
  url: string,
  log: Logger,
): Promise<string | null> {
  const link = await db
    .transaction()
    .execute(async (trx) => ((await isNobodyThere(trx)) ? makeLink(trx, 'first', null, now()) : null));
  if (link)
    log.warn(
      `nobody runs this platform yet: who opens ${url}/#/welcome/${link.token} within the hour does from then on`,
    );
  return link?.token ?? null;
}
