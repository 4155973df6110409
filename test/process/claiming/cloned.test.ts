import { cpSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TERMINAL } from '../../../sim/world/folder.ts';
import { until } from '../../interop/peers/program.ts';
import { firstTokens } from '../../platform/people/machine.ts';
import { Box } from './box.ts';
import { wrongOwners } from './owners.ts';
import { type ClaimedSite, hasClaimedSite, openClaimedSite } from './site.ts';
import { Technician } from './technician.ts';

const LIMIT = 120_000;
/** A machine id of another board. */
const OTHER = '0123456789abcdef0123456789abcdef';

// Another board is played in a mount namespace: that wants root.
describe.skipIf(!hasClaimedSite || process.getuid?.() !== 0)('a card of a phone that was copied', () => {
  const boxes: Box[] = [];
  let site: ClaimedSite;
  let technician: Technician;

  beforeAll(async () => {
    site = await openClaimedSite();
    const link = await (await site.startPlatform()).until(/#\/welcome\/[\w-]+/);
    const { token } = await firstTokens(link, { token: ['terminals.change', 'terminals.read'] });
    technician = new Technician(site, token);
  }, 240_000);
  afterAll(async () => {
    for (const box of boxes) await box.close();
    await site?.close();
  });

  async function hang(name: string): Promise<Box> {
    const box = await Box.hang(site, name);
    boxes.push(box);
    return box;
  }
  const fit = (box: Box) =>
    technician.fit(
      box,
      () => TERMINAL,
      () => undefined,
    );
  const alarms = async (): Promise<string[]> =>
    (await site.database.query<{ what: string }>("select what from alerts where kind = 'cloned'")).rows.map(
      ({ what }) => what,
    );

  it('is nobody’s in other hardware; where the copy is at work it is an alarm, and with another phone in its place both are dead', async () => {
    const phone = await hang('phone');
    phone.start();
    await fit(phone);
    const copy = await hang('copy');
    cpSync(phone.data, copy.data, { recursive: true, filter: (file) => !/(\.sock|in-use)$/.test(file) });
    await copy
      .start(OTHER)
      .until(new RegExp(`this card is of ${TERMINAL} of .* serial ${OTHER.slice(0, 12)} it is nobody's`));
    await copy.program.until(/this phone is nobody’s yet/);
    await copy.kill();
    expect(await copy.check(OTHER)).toMatch(/it is nobody's phone until it is claimed here/);
    expect(await phone.check()).toMatch(/all is well/);
    expect(await alarms()).toEqual([]);

    // By who makes up the serial number too.
    await copy.start().until(/terminal \S+ is up/);
    await until('the alarm', async () => (await alarms()).length > 0, LIMIT);
    expect(await alarms()).toEqual([expect.stringContaining('its card was copied')]);

    const next = await hang('next');
    next.start();
    await fit(next);
    await until('both are dead', async () => (await wrongOwners(site, boxes, [TERMINAL])).length === 0, LIMIT);
  }, 300_000);
});
