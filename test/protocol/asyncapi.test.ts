import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { asyncApiYaml } from '../../src/cli/asyncapi.ts';
import { asyncApi } from '../../src/protocol/asyncapi.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import {
  greetingTopic,
  hotlinesTopic,
  keySetTopic,
  lockdownTopic,
  revocationsTopic,
  settingsTopic,
  terminalTopic,
} from '../../src/protocol/topics.ts';
import { FacilityId, TerminalId, UnitId } from '../../src/protocol/units.ts';

test('the document that is checked in is the one made of the schemas', async () => {
  const kept = await readFile(join(packageRoot(), 'src/protocol/asyncapi.yaml'), 'utf8');
  expect(kept, 'run: tierphone asyncapi > src/protocol/asyncapi.yaml').toBe(asyncApiYaml());
  expect(parse(kept)).toEqual(JSON.parse(JSON.stringify(asyncApi())));
});

test('every reference in it leads somewhere', () => {
  const document = asyncApi();
  const follow = (reference: string) =>
    reference
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target ?? '');
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references) expect(follow(reference), reference).toBeTypeOf('object');
});

test('its addresses are the topics that are used', () => {
  const { channels } = asyncApi() as { channels: Record<string, { address: string }> };
  const addresses = Object.values(channels).map(({ address }) =>
    address.replace('{facility}', 'f').replace('{unit}', 'u').replace('{terminal}', 't').replace('{language}', 'en'),
  );
  const [facility, unit, terminal] = [FacilityId.parse('f'), UnitId.parse('u'), TerminalId.parse('t')];
  expect(addresses).toEqual([
    ...(['status', 'events', 'records', 'requests', 'replies', 'commands'] as const).map((channel) =>
      terminalTopic(facility, terminal, channel),
    ),
    keySetTopic(facility),
    revocationsTopic(facility),
    settingsTopic(facility),
    hotlinesTopic(facility),
    greetingTopic(facility, 'en'),
    lockdownTopic({ kind: 'facility', facility }),
    lockdownTopic({ kind: 'unit', facility, unit }),
    lockdownTopic({ kind: 'terminal', facility, terminal }),
  ]);
});
