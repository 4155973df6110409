import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { voiceCommand } from '../../src/cli/voice.ts';
import { HttpConfig } from '../../src/platform/config.ts';
import { startApi } from '../../src/platform/http/server.ts';
import { FacilityId } from '../../src/protocol/units.ts';
import { liftsOn, NO } from '../platform/callers/voiceprints/lifts.ts';
import { Person } from '../platform/callers/voiceprints/made-up.ts';
import { ALL_RIGHTS, LOOKS, tokenOf } from '../platform/people/machine.ts';
import { makeWorld, openTestDatabase, type Setup } from '../platform/world.ts';
import { command } from './run.ts';

let [staff, admin] = ['', ''];
const DEED = ['--why', 'he asked for it'];

describe('callers of a running platform', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-voices-'));
  let setup: Setup;
  let api: Awaited<ReturnType<typeof startApi>>;
  let facility: string;
  const { site, lift, enrol } = liftsOn(() => setup);
  const he = new Person();

  beforeAll(async () => {
    const database = await openTestDatabase('embedded');
    setup = { kind: 'embedded', database, world: await makeWorld(database) };
    const config = HttpConfig.parse({ port: 0 });
    [staff, admin] = [await tokenOf(database.db, 'Staff', LOOKS), await tokenOf(database.db, 'Admin', ALL_RIGHTS)];
    const vitals = () => ({ broker: 'up' as const, facilities: [], counters: {} });
    api = await startApi(config, setup.world.control, vitals, pino({ level: 'silent' }));
    ({ facility } = await site({}, (s) => s.callers?.push({ id: 'roe', name: 'Jane Roe', pin: '22229307' })));
    await enrol(facility, he);
    await (await lift(facility, 't2', '22229307')).tell(NO);
  }, 120_000);
  afterAll(async () => {
    await api?.close();
    await setup?.database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const voice = async (token: string | undefined, ...args: string[]) => {
    if (token !== undefined) process.env.TIERPHONE_TOKEN = token;
    try {
      return await command(voiceCommand(), [...args, '--url', api.address]);
    } finally {
      delete process.env.TIERPHONE_TOKEN;
    }
  };
  const json = async (...args: string[]): Promise<unknown> => JSON.parse((await voice(staff, ...args, '--json')).out);

  test('are listed with how they stand, those alone that are asked for', async () => {
    const { out } = await voice(staff, 'list', facility);
    expect(out).toBe(
      'doe  John Doe: enrolled 2026-03-03, last used 2026-03-03\nroe  Jane Roe: has said no\n2 callers\n',
    );
    expect(await json('list', facility, '--state', 'declined')).toMatchObject([{ caller: 'roe', state: 'declined' }]);
    expect((await voice(staff, 'list', facility, '--help-wanted')).out).toBe('0 callers\n');
    for (let n = 0; n < 3; n++) await (await lift(facility)).tell(he.stranger.says());
    expect((await voice(staff, 'list', facility, '--help-wanted')).out).toContain(
      '3 refused; refused too often: help him',
    );
    await (await lift(facility)).tell(he.says());
  });

  test('are shown with what they were read and said, and their checks in figures', async () => {
    const { out } = await voice(staff, 'show', facility, 'doe');
    expect(out).toMatch(/^notice 1 \(en\) 2026-03-03 18:00 UTC: yes to: This phone can know you by your voice\./m);
    expect(out).toMatch(/^verify 2026-03-03 18:00 UTC at t1: accepted, ratio \d+\.\d of 3\.0; accepted$/m);
    expect(JSON.stringify(await json('show', facility, 'doe'))).not.toMatch(/template|embedding|values/);
    expect(await voice(staff, 'show', facility, 'nobody')).toMatchObject({
      ...{ code: 1, err: `there is no caller nobody in facility ${facility}` },
    });
  });

  test('are waived, asked anew and erased with a name and a reason, by admins alone', async () => {
    const waive = ['waive', facility, 'roe', 'hearing'];
    expect((await voice(staff, ...waive, ...DEED)).err).toContain('this token is not for voices.change');
    expect((await voice(admin, ...waive)).code).toBe(2);
    expect(await voice(admin, ...waive, ...DEED)).toMatchObject({
      code: 0,
      out: 'roe: nothing is asked of his voice\n',
    });
    expect(await voice(admin, ...waive, ...DEED)).toMatchObject({ code: 1, err: 'it is waived already' });
    expect((await lift(facility, 't2', '22229307')).known).not.toHaveProperty('voice');
    expect((await voice(admin, 'unwaive', facility, 'roe', ...DEED)).out).toBe('roe: he is asked again\n');
    // What he said stands; asked anew he is asked.
    expect((await lift(facility, 't2', '22229307')).known).not.toHaveProperty('voice');
    setup.world.pass(1);
    expect((await voice(admin, 'anew', facility, 'roe', ...DEED)).out).toBe(
      'roe: he is asked to enrol at his next call\n',
    );
    expect((await lift(facility, 't2', '22229307')).known).toMatchObject({ voice: { do: 'enrol' } });
    expect(await voice(admin, 'erase', facility, 'roe', ...DEED)).toMatchObject({
      code: 1,
      err: 'he has no voiceprint',
    });

    const erased = await voice(admin, 'erase', facility, 'doe', ...DEED);
    expect(erased.out).toBe('doe: he has withdrawn; his voiceprint is destroyed\n');
    // A withdrawal is a no.
    expect((await lift(facility)).known).not.toHaveProperty('voice');
    expect(await json('erasures', facility)).toMatchObject([
      { caller: 'doe', why: 'withdrawn', by: 'Admin from 127.0.0.1', note: 'he asked for it' },
    ]);
    expect((await voice(staff, 'erasures', facility)).out).toMatch(
      /^doe: voiceprint of 2026-03-03, last used 2026-03-03, destroyed 2026-03-03 18:00 UTC by Admin from .*: withdrawn/,
    );
    expect(await json('show', facility, 'roe')).toMatchObject({
      waivers: [{ reason: 'hearing', by: 'Admin from 127.0.0.1', lifted_why: 'he asked for it' }],
    });
  });

  test('and the rates of errors, with what they are not', async () => {
    const { out } = await voice(staff, 'rates', facility);
    expect(out).toContain(
      '30 days: 1 accepted, 3 refused, 0 not judged, 0 let go\nmisses: 75.0% (3 of 4; 95%: 30.1% to 95.4%)',
    );
    expect(out).toContain('false accepts: set to 1.0%; nobody tells a platform of one');
    const fit = { at: setup.world.clock.now, by: 'adaptation', set_rate: 0.01, seen_rate: 0.03, used_rate: 0.004 };
    await setup.database.db
      .insertInto('voice_adaptations')
      .values({ ...fit, facility: FacilityId.parse(facility), pairs: 1_200 })
      .execute();
    expect((await voice(staff, 'rates', facility)).out).toContain(
      'by 1200 comparisons of its callers with each other: strangers are accepted at 3.0% where 1.0% is set; 0.4% is used\n',
    );
    expect((await voice(staff, 'undo-fit', facility, ...DEED)).err).toContain('this token is not for voices.change');
    expect((await voice(admin, 'undo-fit', facility, ...DEED)).out).toBe(
      `${facility}: taken back; the rate that is set is in force\n`,
    );
    expect(await voice(admin, 'undo-fit', facility, ...DEED)).toMatchObject({
      code: 1,
      err: 'there is no fit in force',
    });
  });

  test('are asked for where the platform runs by its own configuration', async () => {
    const file = join(folder, 'platform.yaml');
    const platform = {
      database: { kind: 'embedded', folder: 'db' },
      mqtt: { url: 'mqtt://127.0.0.1' },
      keys: { platform: 'x', pepper: 'x' },
    };
    const listed = async (http: object) => {
      writeFileSync(file, stringify({ ...platform, ...http }));
      return command(voiceCommand(), ['list', facility, '--config', file]);
    };
    const port = Number(new URL(api.address).port);
    expect(await listed({ http: { port } })).toMatchObject({
      code: 2,
      err: expect.stringContaining('TIERPHONE_TOKEN'),
    });
    process.env.TIERPHONE_TOKEN = staff;
    try {
      expect(await listed({ http: { port } })).toMatchObject({ code: 0 });
      expect(await listed({})).toMatchObject({ code: 2, err: expect.stringContaining('http: is wanted') });
      const before = { http: { port, adminToken: 'a-token-of-a-version-before' } };
      expect(await listed(before)).toMatchObject({
        code: 1,
        err: expect.stringMatching(
          /platform\.yaml:\d+: http\.adminToken: no token stands here any more, take the line out: .*POST \/api\/tokens/,
        ),
      });
    } finally {
      delete process.env.TIERPHONE_TOKEN;
    }
  });

  test('are asked of nobody in clear text off this machine, nor without a token', async () => {
    process.env.TIERPHONE_TOKEN = staff;
    const { code, err } = await command(voiceCommand(), ['list', facility, '--url', 'http://10.0.0.5:8080']);
    delete process.env.TIERPHONE_TOKEN;
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('use https://, or say --insecure') });
    expect(await voice(undefined, 'list', facility)).toMatchObject({
      code: 2,
      err: expect.stringContaining('TIERPHONE_TOKEN'),
    });
    expect(await voice('a-wrong-token-given', 'list', facility)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/does not take this token: set TIERPHONE_TOKEN to one that is good/),
    });
  });
});
