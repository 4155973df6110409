import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { brokerShape, clearBroker } from '../../src/protocol/broker.ts';
import { inWords } from '../../src/protocol/words.ts';

const Broker = z.strictObject(brokerShape);
const problems = (broker: object) =>
  Broker.safeParse(broker, { error: inWords }).error?.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('the address of a broker', () => {
  it.each(['mqtt://127.0.0.1', 'mqtts://broker.county.test:8883', 'ssl://[fd00::5]', 'tcp://localhost:1883'])(
    'may be %s',
    (url) => {
      expect(problems({ url })).toBeUndefined();
    },
  );

  it.each(['http://10.0.0.5', 'ws://10.0.0.5', '10.0.0.5:1883', 'mqtt://', 'broker'])('is not %s', (url) => {
    expect(problems({ url })).toEqual(['url: a broker address is wanted, as mqtts://10.0.0.5:8883']);
  });

  it.each([
    'mqtts://platform:hunter2@broker.county.test',
    'mqtts://:hunter2@broker.county.test',
    'mqtts://hunter2@broker.county.test',
    'mqtts://broker.county.test/?password=hunter2',
    'mqtts://broker.county.test/#hunter2',
  ])('takes no password, as in %s, and says where it goes', (url) => {
    const [problem = '', ...more] = problems({ url }) ?? [];
    expect(problem).toMatch(/^url: no user and no password stand in an address.*by username and password beside it$/);
    expect(problem).not.toContain('hunter2');
    expect(more).toEqual([]);
  });
});

it.each([
  ['mqtts://10.0.0.5', undefined, []],
  ['ssl://10.0.0.5', undefined, []],
  ['mqtt://127.0.0.1:1883', undefined, []],
  ['mqtt://[::1]', undefined, []],
  ['mqtt://10.0.0.5', true, [true]],
  ['mqtt://10.0.0.5', undefined, [false]],
  ['tcp://broker.county.test', undefined, [false]],
  ['mqtt://[fd00::5]', undefined, [false]],
])('whether clear text goes to %s, insecure %s, and may', (url, insecure, allowed) => {
  expect(clearBroker({ url, insecure }).map((clear) => clear.allowed)).toEqual(allowed);
});

it('the remedies are TLS at its own port, or to allow it', () => {
  const remedies = ['mqtt://10.0.0.5:1883', 'mqtt://[fd00::5]:2883'].map((url) => clearBroker({ url })[0]?.remedy);
  expect(remedies).toEqual([
    'use mqtts://10.0.0.5, or say mqtt.insecure: true',
    'use mqtts://[fd00::5]:2883, or say mqtt.insecure: true',
  ]);
});
