import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { hasPostgres } from '../platform/postgres.ts';
import { hasMosquitto } from '../terminal/fleet/brokers.ts';
import { chaos } from './chaos.ts';

/** The long form is `npm run chaos`. */
const SEED = Number(process.env.TIERPHONE_SEED ?? Date.now() % 1_000_000);

const has = hasPostgres && hasMosquitto && existsSync(join(packageRoot(), 'dist/src/cli/main.js'));

describe.skipIf(!has)('broker, platform and PostgreSQL fall (needs postgresql, mosquitto, npm run build)', () => {
  it(`alone and together, and every call is right, nothing is held and nobody had to come, seed ${SEED}`, async () => {
    const verdict = await chaos({ seconds: 40, calls: 5, seed: SEED, outage: 4_000, long: 0 }, () => undefined);
    expect(verdict).toMatchObject({ fell: 0, wrong: [] });
    expect(verdict.calls).toBeGreaterThan(20);
    expect(Object.values(verdict.kills).reduce((a, b) => a + b, 0)).toBeGreaterThan(2);
  }, 400_000);
});
