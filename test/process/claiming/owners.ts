import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { FACILITY } from '../../../sim/world/folder.ts';
import { ha1Of, trunkOf } from '../../platform/terminals/exchange/exchange.ts';
import type { Box } from './box.ts';
import type { ClaimedSite } from './site.ts';

const Security = z.object({ clients: z.array(z.object({ username: z.string() })) });

/** What is wrong with who may speak as which phone: nothing, where each of `places` has one box, and no other box has anything. */
export async function wrongOwners(
  site: ClaimedSite,
  boxes: readonly Box[],
  places: readonly string[],
): Promise<string[]> {
  const { rows: claims } = await site.database.query<{ terminal: string; thumbprint: string }>(
    'select terminal, thumbprint from claims order by terminal',
  );
  const claimed = claims.map(({ terminal }) => terminal);
  const wrong: string[] = [];
  if (String(claimed) !== String(places.toSorted())) wrong.push(`claimed are ${claimed}, not ${places}`);
  const due = await site.database.query('select 1 from accounts_due');
  if (due.rows.length > 0) wrong.push(`${due.rows.length} accounts are still to be taken away`);
  const atBroker = new Set(phonesAtBroker(site));
  for (const { thumbprint } of claims)
    if (!atBroker.delete(thumbprint)) wrong.push(`${thumbprint} may not come to the broker`);
  for (const other of atBroker) wrong.push(`${other} may come to the broker, and is nobody's`);
  const accounts = await site.exchange.rows('select username, ha1 from subscriber');
  if (accounts.length !== claims.length)
    wrong.push(`${accounts.length} accounts at the exchange for ${claims.length} phones`);
  for (const { terminal, thumbprint } of claims) {
    const wanted = accounts.find(({ username }) => username === `${FACILITY}.${terminal}`)?.ha1;
    const owners: string[] = [];
    for (const box of boxes) {
      const voucher = await box.voucher();
      if (voucher?.sip && trunkOf(voucher.sip).user === `${FACILITY}.${terminal}` && ha1Of(voucher.sip) === wanted) {
        owners.push(box.name);
        if (voucher.key !== thumbprint) wrong.push(`${box.name} calls as ${terminal}, which is another's`);
      }
    }
    if (owners.length !== 1) wrong.push(`${terminal} is called from by ${owners.length} boxes: ${owners}`);
  }
  return wrong;
}

/** Keys of the phones that have an account at the broker. */
function phonesAtBroker({ mosquitto }: ClaimedSite): string[] {
  const file = readFileSync(join(mosquitto.folder, 'dynamic-security.json'), 'utf8');
  const names = Security.parse(JSON.parse(file)).clients.map(({ username }) => username);
  return names.flatMap((name) => (name.startsWith('terminal/') ? [name.slice('terminal/'.length)] : []));
}
