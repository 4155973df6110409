import { randomBytes } from 'node:crypto';
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { z } from 'zod';
import { FacilityId, TerminalId, UnitId } from '../protocol/units.ts';
import { atBroker, type BrokerFlags, brokerOf, inTime, listen, withBroker } from './broker.ts';
import { printText } from './print.ts';
import { type Right, rightsOfPlatform, rightsOfStaff, rightsOfTerminal } from './rights.ts';
import { checked, strict } from './usage.ts';

/** Where Mosquitto's dynamic security plugin takes orders, and answers them. */
const CONTROL = '$CONTROL/dynamic-security/v1';

/**
 * An account of a role in a place. Its name is the client id that it is bound to: whoever took another's id would have his session, and with it
 * all that waits there.
 */
interface Account {
  readonly name: string;
  readonly rights: readonly Right[];
}

interface Flags extends BrokerFlags {
  readonly renew?: true;
  readonly revoke?: true;
}

/** `tierphone account`: gives a terminal, the platform or staff an account at Mosquitto, with just the rights it needs. */
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
            give({ name: `terminal/${id}/${terminal}`, rights: rightsOfTerminal(id, unit, terminal) }, flags, self),
          ),
      )
      .addCommand(
        role('platform', 'a platform, of all facilities')
          .argument('<name>', 'its name', name)
          .action((id: string, flags: Flags, self: Command) =>
            give({ name: `platform/${id}`, rights: rightsOfPlatform() }, flags, self),
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
            give({ name: `staff/${id}/${who}`, rights: rightsOfStaff(id) }, flags, self),
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

async function give({ name, rights }: Account, { renew, revoke, ...flags }: Flags, self: Command): Promise<void> {
  const access = brokerOf(flags, self);
  const gone = [
    { command: 'deleteClient', username: name },
    { command: 'deleteRole', rolename: name },
  ];
  if (revoke) {
    await control(access, gone);
    return printText(`${name}: revoked\n`);
  }
  const password = randomBytes(24).toString('base64url');
  await control(access, [
    ...(renew ? gone : []),
    // What is there already stays as it is: nobody loses his account because another was to have one.
    { command: 'createRole', rolename: name, acls: rights },
    { command: 'createClient', username: name, clientid: name, password, roles: [{ rolename: name }] },
  ]).catch((error: Error) => {
    if (!/already exists/.test(error.message)) throw error;
    throw new Error(`there is an account ${name}: --renew gives it a new password, --revoke takes it away`, {
      cause: error,
    });
  });
  const { url, ca, insecure } = access;
  const reached = { url, ...(ca !== undefined && { ca }), ...(insecure && { insecure }) };
  printText(stringify({ mqtt: { ...reached, username: name, password } }));
}

const Responses = z.object({
  responses: z.array(z.object({ command: z.string(), error: z.string().optional() })),
});

async function control(access: ReturnType<typeof brokerOf>, commands: readonly object[]): Promise<void> {
  await atBroker(access, async (client) => {
    const { heard } = await listen(client, `${CONTROL}/response`, () => true);
    client.publish(CONTROL, JSON.stringify({ commands }), { qos: 1 });
    const why = 'no answer: is the dynamic security plugin loaded, and is this user its admin?';
    const { responses } = Responses.parse(JSON.parse(await inTime(heard, why)));
    const failed = responses.find(({ error }) => error !== undefined);
    if (failed) throw new Error(`${failed.command}: ${failed.error}`);
  });
}
