import { Command } from 'commander';
import { stringify } from 'yaml';
import { asyncApi } from '../protocol/asyncapi.ts';
import { printJson, printText } from './print.ts';
import { strict } from './usage.ts';

const HEADER = '# Made from the schemas in src/protocol by `tierphone asyncapi`; a test holds it to them.\n';

/** The AsyncAPI document as YAML, as it is checked in. */
export const asyncApiYaml = (): string =>
  HEADER + stringify(asyncApi(), { aliasDuplicateObjects: false, lineWidth: 0 });

/** `tierphone asyncapi`: prints the description of the MQTT protocol for other programs. */
export function asyncapiCommand(): Command {
  const command = new Command('asyncapi')
    .description('Print the AsyncAPI 3 document of the MQTT protocol.')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: true }) => {
      if (json) printJson(asyncApi(), 2);
      else printText(asyncApiYaml());
    });
  return strict(command);
}
