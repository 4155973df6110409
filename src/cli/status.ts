import { Command } from 'commander';
import { FacilityId, type Instant } from '../protocol/units.ts';
import { atBroker } from './broker.ts';
import { readOrderKeys } from './keyset/reading.ts';
import { readStanding, type Standing } from './orders/standing.ts';
import { orderLines, phoneLines } from './orders/table.ts';
import { type Phone, Watch } from './orders/watch.ts';
import { type Line, paint, print, printJson, screen } from './print.ts';
import { type DeskFlags, deskOf, keysOf, withDesk } from './profile.ts';
import { checked, strict, USAGE } from './usage.ts';

interface Flags extends DeskFlags {
  readonly watch?: true;
  readonly json?: true;
}

/** Times move on though nothing else does, ms. */
const AGAIN = 1_000;

/** `tierphone status`: every phone of a facility, and the orders in force. */
export function statusCommand(): Command {
  const command = new Command('status')
    .description('Show each phone of a facility, and the orders in force with who gave them.')
    .argument('[facility]', 'its name; without it that of the profile', checked(FacilityId))
    .option('--keys <file>', "the facility's set of public keys: who gave an order is then proven")
    .option('--watch', 'go on showing it, until Ctrl-C')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExit codes: 0 shown, 1 failed, or no phone was ever here, 2 not used as it should be.')
    .action(show);
  return strict(withDesk(command, { signs: false }));
}

async function show(named: FacilityId | undefined, flags: Flags, command: Command): Promise<void> {
  const { broker, facility: usual, ought, timeZone } = deskOf(flags, command);
  const facility = named ?? usual;
  if (facility === null)
    return command.error('error: an argument or a profile must name the facility', { exitCode: USAGE });
  const keysFile = keysOf(flags);
  const keys = keysFile === null ? null : readOrderKeys(keysFile).keys;
  await atBroker(broker, async (client) => {
    const watch = await Watch.over(client, facility, ought?.facility.id === facility ? ought : null);
    const orders = () => (keys === null ? Promise.resolve(null) : readStanding(watch.standing, keys));
    if (flags.json) return printJson(asJson(facility, watch.phones, await orders()));
    const shown = screen();
    const lines = async (): Promise<Line[]> => {
      const now = Date.now() as Instant;
      return picture(facility, watch, await orders(), { now, timeZone, columns: shown.columns });
    };
    if (!flags.watch) for (const line of await lines()) print(line);
    else
      for (let gone = false; !gone; gone = !client.connected) {
        shown.draw(await lines());
        await watch.change(AGAIN);
      }
    if (flags.watch) throw new Error('the broker has gone away');
    if (watch.phones.length === 0) throw new Error(`no phone of ${facility} was ever here: is that its name?`);
  });
}

function picture(
  facility: FacilityId,
  { phones, standing }: Watch,
  orders: readonly Standing[] | null,
  when: { now: Instant; timeZone: string | undefined; columns: number },
): Line[] {
  const online = phones.filter(({ status }) => status?.online).length;
  const closed = phones.filter(({ status }) => status?.online && status.lockdown.state !== 'open').length;
  const head = `${facility}: ${phones.length} phones, ${online} online, ${closed} closed`;
  return [paint('bold', head), '', ...phoneLines(phones, when), '', ...orderLines(orders, standing, when)];
}

const asJson = (facility: FacilityId, phones: readonly Phone[], orders: readonly Standing[] | null) => ({
  facility,
  phones: phones.map(({ terminal, unit, status, at }) => ({ terminal, unit, at, ...(status ?? { online: false }) })),
  orders,
});
