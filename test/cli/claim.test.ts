import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { announceCommand } from '../../src/cli/announce.ts';
import { claimCommand } from '../../src/cli/claim.ts';
import { decommissionCommand } from '../../src/cli/decommission.ts';
import type { FacilityId } from '../../src/protocol/units.ts';
import { ALL_RIGHTS, LOOKS, tokenOf } from '../platform/people/machine.ts';
import { type County, newBox, openCounty } from '../platform/terminals/claims/county.ts';
import { makeWorld, openTestDatabase, type Setup } from '../platform/world.ts';
import { command, tierphone } from './run.ts';

const COMMANDS = { claim: claimCommand, announce: announceCommand, decommission: decommissionCommand };

describe('phones fitted by command, at a running platform', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-boxes-'));
  let setup: Setup;
  let county: County;
  let here: FacilityId;
  let [staff, admin] = ['', ''];

  beforeAll(async () => {
    const database = await openTestDatabase('embedded');
    setup = { kind: 'embedded', database, world: await makeWorld(database) };
    county = await openCounty(setup);
    [staff, admin] = [await tokenOf(database.db, 'Staff', LOOKS), await tokenOf(database.db, 'Admin', ALL_RIGHTS)];
  }, 120_000);
  afterAll(async () => {
    await county?.close();
    await setup?.database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    here = await county.facility();
  });

  async function by(token: string, name: keyof typeof COMMANDS, ...args: string[]) {
    process.env.TIERPHONE_TOKEN = token;
    try {
      return await command(COMMANDS[name](), [...args, '--url', county.desk.api.address]);
    } finally {
      delete process.env.TIERPHONE_TOKEN;
    }
  }
  const codeOf = async (serial: string, fingerprint?: null) =>
    (await county.ask(await newBox(serial), fingerprint)).codes;
  const table = (text: string): string => {
    const file = join(folder, 'boxes.csv');
    writeFileSync(file, text);
    return file;
  };

  test('are claimed by six digits, and listed with whether they came for what they need', async () => {
    const asking = await county.ask(await newBox('1000'));
    const { code } = asking.codes;
    const spaced = `${code.slice(0, 3)} ${code.slice(3)}`;
    expect(await by(admin, 'claim', spaced, '--facility', here, '--phone', 't9', '--unit', 'a')).toEqual({
      ...{ code: 0, err: '' },
      out: 't9 in unit a is claimed (serial 1000, Raspberry Pi 4, version 0.1.0); it tests itself\n',
    });
    const list = () => by(staff, 'claim', 'list', '--facility', here);
    const listed = await list();
    expect(listed.err).toBe('');
    expect(listed.out).toMatch(
      /^t9 {2}serial 1000, Raspberry Pi 4, version 0\.1\.0: claimed \d{4}-\d\d-\d\d \d\d:\d\d UTC by Admin from .*; has not come for what it needs\n1 phone\n$/,
    );
    await asking.voucher();
    expect((await list()).out).toMatch(/; has all it needs since .* UTC\n/);
    expect(JSON.parse((await by(staff, 'claim', 'list', '--facility', here, '--json')).out)).toMatchObject([
      { terminal: 't9', says: { serial: '1000' } },
    ]);
  });

  test('are told four digits where they cannot know their platform by themselves', async () => {
    const { code, answer } = await codeOf('1001', null);
    const { out } = await by(admin, 'claim', code, '--facility', here, '--phone', 't1');
    expect(out).toContain(`now press these on the phone: ${answer}\n`);
    const { code: next } = await codeOf('1002', null);
    expect(
      JSON.parse((await by(admin, 'claim', next, '--facility', here, '--phone', 't2', '--json')).out),
    ).toMatchObject({ terminal: 't2', answer: expect.stringMatching(/^\d{4}$/), replaced: null });
  });

  test('replace one another when that is said, and what is wanted is answered with the option that says it', async () => {
    await by(admin, 'claim', (await codeOf('2000')).code, '--facility', here, '--phone', 't1');
    const { code } = await codeOf('2001');
    const place = [code, '--facility', here];
    expect(await by(admin, 'claim', ...place)).toMatchObject({
      ...{ code: 1, err: expect.stringMatching(/serial 2001 was not announced here: .*: --phone, --unit$/) },
    });
    expect((await by(admin, 'claim', ...place, '--phone', 't99')).err).toMatch(/say in which unit it hangs: --unit$/);
    expect((await by(admin, 'claim', ...place, '--phone', 't1')).err).toBe(
      't1 is a phone already (serial 2000): say that this one replaces it: --replace',
    );
    expect((await by(admin, 'claim', ...place, '--phone', 't1', '--replace')).out).toContain(
      'the phone that was there (serial 2000) is dead\n',
    );
    expect((await by(admin, 'claim', '000000', '--facility', here, '--phone', 't1')).err).toContain(
      'no phone says this code now: a code holds ten minutes, lift the handset for the next',
    );
  });

  test('are announced by a table, of which it is said what is different', async () => {
    const two = table('serial,unit,phone\n3000,a,t1\n3001,a,t2\n');
    expect((await by(admin, 'announce', here, two, '--dry-run')).out).toBe(
      'serial 3000: t1 in unit a\nserial 3001: t2 in unit a\n2 phones are in the table; nothing was changed\n',
    );
    expect((await by(admin, 'announce', here, two)).out).toContain(`2 phones are expected in ${here}\n`);
    expect((await by(admin, 'announce', here, table('3000;a;t1\n'))).out).toBe(
      `serial 3001: expected no more (t2)\n1 phone is expected in ${here}\n`,
    );
    expect((await by(admin, 'claim', (await codeOf('3000')).code, '--facility', here)).out).toContain('t1 in unit a');
    const wrong = table('phone,serial,unit\nt1,3000,a\nt 1,3001,a\nt2,3000,a\n');
    expect(await by(admin, 'announce', here, wrong)).toMatchObject({
      ...{
        code: 1,
        err: expect.stringMatching(/boxes\.csv:3: phone: .*\n.*boxes\.csv:4: serial or phone stands in line 2/),
      },
    });
    expect((await by(admin, 'announce', here, table('3000,a'))).err).toMatch(/boxes\.csv:1: phone: /);
    expect((await by(admin, 'announce', here, table('3000,z,t1'))).err).toContain('z');
  });

  test('are taken out of service with a reason, by whom may', async () => {
    await by(admin, 'claim', (await codeOf('4000')).code, '--facility', here, '--phone', 't1');
    const out = ['decommission', here, 't1'] as const;
    expect((await by(admin, ...out)).code).toBe(2);
    expect((await by(staff, ...out, '--why', 'torn off')).err).toContain('this token is not for terminals.change');
    expect(await by(admin, ...out, '--why', 'torn off')).toMatchObject({
      ...{ code: 0, out: 't1 (serial 4000) is out of service\n' },
    });
    expect((await by(admin, ...out, '--why', 'torn off')).err).toBe('t1 was not claimed by any phone');
  });

  test('are not claimed by what is no code, nor without a facility', async () => {
    expect(await by(admin, 'claim', '12345', '--facility', here)).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('the six digits that the handset says are wanted') },
    });
    expect(await by(admin, 'claim', '123456')).toMatchObject({ code: 2, err: expect.stringContaining('--facility') });
  });

  test('and the program knows the commands', async () => {
    const { code, out } = await tierphone(['claim', '--help']);
    expect(code).toBe(0);
    for (const word of ['--replace', 'tierphone claim list', 'TIERPHONE_TOKEN']) expect(out).toContain(word);
  });
});
