import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { z } from 'zod';
import { FacilityId, TerminalId, UnitId } from '../protocol/units.ts';
import { atBroker, type BrokerFlags, brokerOf, inTime, listen, withBroker } from './broker.ts';
import { printText } from './print.ts';
import { type Right, rightsOfPlatform, rightsOfStaff, rightsOfTerminal } from './rights.ts';
import { checked, strict } from './usage.ts';

/** Where Mosquitto's dynamic security plugin takes orders, and answers them. */
const CONTROL = '$CONTROL/dynamic-security/v1';

interface Account {
  readonly username: string;
  /** The one client id this user may have; null where it does not matter. */
  readonly clientId: string | null;
  readonly rights: readonly Right[];
}

/** `tierphone account`: gives a terminal, the platform or staff an account at Mosquitto, with just the rights it needs. */
export function accountCommand(): Command {
  const name = checked(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, - and _ are allowed'));
  const facility = checked(FacilityId);
  return strict(
    new Command('account')
      .description('Make or renew an account at Mosquitto (dynamic security plugin); the new password is printed once.')
      .addCommand(
        role('terminal', 'one phone')
          .argument('<facility>', 'the facility it is in', facility)
          .argument('<unit>', 'its housing unit', checked(UnitId))
          .argument('<terminal>', 'its name', checked(TerminalId))
          .action((id: FacilityId, unit: UnitId, terminal: TerminalId, flags: BrokerFlags, self: Command) =>
            make(
              {
                username: `${id}/${terminal}`,
                // Bound to it, so that no phone can throw another off the broker by taking its id.
                clientId: `terminal/${id}/${terminal}`,
                rights: rightsOfTerminal(id, unit, terminal),
              },
              flags,
              self,
            ),
          ),
      )
      .addCommand(
        role('platform', 'a platform, of all facilities')
          .argument('<name>', 'its name', name)
          .action((username: string, flags: BrokerFlags, self: Command) =>
            make({ username, clientId: null, rights: rightsOfPlatform() }, flags, self),
          ),
      )
      .addCommand(
        role('staff', 'somebody who orders lockdowns in one facility')
          .argument('<facility>', 'the facility', facility)
          .argument('<name>', 'the name', name)
          .action((id: FacilityId, username: string, flags: BrokerFlags, self: Command) =>
            make({ username, clientId: null, rights: rightsOfStaff(id) }, flags, self),
          ),
      ),
  );
}

const role = (name: string, description: string) => strict(withBroker(new Command(name).description(description)));

async function make({ username, clientId, rights }: Account, flags: BrokerFlags, self: Command): Promise<void> {
  const access = brokerOf(flags, self);
  const password = randomBytes(24).toString('base64url');
  await control(access, [
    { command: 'deleteClient', username },
    { command: 'deleteRole', rolename: username },
    { command: 'createRole', rolename: username, acls: rights },
    {
      command: 'createClient',
      username,
      password,
      ...(clientId !== null && { clientid: clientId }),
      roles: [{ rolename: username }],
    },
  ]);
  printText(stringify({ mqtt: { url: access.url, username, password } }));
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
    // Nothing to delete is what a new account finds.
    const failed = responses.find(({ command, error }) => error !== undefined && !command.startsWith('delete'));
    if (failed) throw new Error(`${failed.command}: ${failed.error}`);
  });
}
