import { expect, test } from 'vitest';
import { hasPostgres } from '../platform/postgres.ts';
import { hasDeployable } from '../process/mosquitto.ts';
import { endAtOnce } from './endings/storm.ts';

const PHONES = 300;

test.skipIf(!hasPostgres || !hasDeployable)(
  'calls that end at one moment are all stored and charged once, and no phone has to say it twice',
  async () => {
    const storm = await endAtOnce(PHONES);
    expect(storm).toMatchObject({ stored: PHONES, twice: 0, wrong: [] });
  },
  240_000,
);
