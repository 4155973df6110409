import { randomBytes } from 'node:crypto';
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { z } from 'zod';
import { type Account, accountOf, accountOfPhone } from '../platform/terminals/broker/account.ts';
import { questions, There } from '../platform/terminals/broker/changes.ts';
import { Control } from '../platform/terminals/broker/control.ts';
import { rightsOfAdmin, rightsOfPlatform, rightsOfStaff } from '../platform/terminals/broker/rights.ts';
import { FacilityId, TerminalId, UnitId } from '../protocol/units.ts';
import { type BrokerFlags, brokerOf, withBroker } from './broker.ts';
import { printText } from './print.ts';
import { checked, strict } from './usage.ts';

interface Flags extends BrokerFlags {
  readonly renew?: true;
  readonly revoke?: true;
}

/** `tierphone account`: gives a terminal, the platform, its admin or staff an account at Mosquitto, with just the rights it needs. */
export function accountCommand(): Command {
  const name = checked(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, - and _ are allowed'));
  const facility = checked(FacilityId);
  return strict(
    new Command('account')
      .description(
        'Make, renew or revoke an account at Mosquitto (dynamic security plugin); the new password is printed once.',
      )
      .addCommand(
        role('terminal', 'one phone')
          .argument('<facility>', 'the facility it is in', facility)
          .argument('<unit>', 'its housing unit', checked(UnitId))
          .argument('<terminal>', 'its name', checked(TerminalId))
          .action((id: FacilityId, unit: UnitId, terminal: TerminalId, flags: Flags, self: Command) =>
            give(accountOfPhone({ facility: id, unit, terminal }), flags, self),
          ),
      )
      .addCommand(
        role('platform', 'a platform, of all facilities')
          .argument('<name>', 'its name', name)
          .action((id: string, flags: Flags, self: Command) =>
            give(accountOf(`platform/${id}`, rightsOfPlatform()), flags, self),
          ),
      )
      .addCommand(
        role('admin', 'what gives and takes accounts: for a platform that gives phones theirs')
          .argument('<name>', 'the name of the platform', name)
          .action((id: string, flags: Flags, self: Command) =>
            give(accountOf(`admin/${id}`, rightsOfAdmin()), flags, self, (login) => ({ mqtt: { accounts: login } })),
          ),
      )
      .addCommand(
        role(
          'staff',
          'somebody who orders lockdowns in one facility: one for each desk, as two of one name put each other out',
        )
          .argument('<facility>', 'the facility', facility)
          .argument('<name>', 'the name', name)
          .action((id: FacilityId, who: string, flags: Flags, self: Command) =>
            give(accountOf(`staff/${id}/${who}`, rightsOfStaff(id)), flags, self),
          ),
      ),
  );
}

const role = (name: string, description: string) =>
  strict(
    withBroker(
      new Command(name)
        .description(description)
        .addOption(new Option('--renew', 'give it a new password: who has the old one is shut out').conflicts('revoke'))
        .option('--revoke', 'take it away: who has it is shut out at once'),
    ),
  );

interface Login {
  readonly username: string;
  readonly password: string;
}

/** @param shown how what is printed stands in a file, where that is not all there is to reach the broker by */
async function give(
  account: Account,
  { renew, revoke, ...flags }: Flags,
  self: Command,
  shown?: (login: Login) => object,
): Promise<void> {
  const access = brokerOf(flags, self);
  const { url, ca, insecure } = access;
  const { name } = account;
  const password = randomBytes(24).toString('base64url');
  const wanted = revoke
    ? { account: null, gone: [name] }
    : { account: { ...account, password }, gone: renew ? [name] : [] };
  const control = await Control.open(access, '--ca, or ca in the profile or file');
  try {
    const there = new There(await control.say(questions([wanted])));
    if (revoke && !there.has(name)) throw new Error(`${url}: there is no account ${name}`);
    // What is there already stays as it is: nobody loses his account because another was to have one.
    if (!renew && !revoke && there.has(name))
      throw new Error(`${url}: there is an account ${name}: --renew gives it a new password, --revoke takes it away`);
    for (const { command, error } of await control.say(there.bring(wanted)))
      if (error !== undefined) throw new Error(`${url}: ${command}: ${error}`);
  } finally {
    await control.close();
  }
  if (revoke) return printText(`${name}: revoked\n`);
  const reached = { url, ...(ca !== undefined && { ca }), ...(insecure && { insecure }) };
  const login = { username: name, password };
  printText(stringify(shown?.(login) ?? { mqtt: { ...reached, ...login } }));
}
