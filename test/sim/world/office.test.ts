import { mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canServe } from '../../../sim/page/server.ts';
import { Browser } from '../../../sim/world/browser.ts';
import type { World } from '../../../sim/world/port.ts';
import { openWorld } from '../../../sim/world/world.ts';
import { Me } from '../../../src/protocol/api/people.ts';

const folder = mkdtempSync(join(tmpdir(), 'tierphone-office-'));
const told: string[] = [];
const log = pino({ level: 'warn' }, { write: (line) => void told.push(line) });
let httpPort: number;
let world: World;

const open = () => openWorld({ folder, log, httpPort });

beforeAll(async () => {
  httpPort = await canServe('127.0.0.1', 0);
  world = await open();
}, 120_000);
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Whoever has come in by the door. */
async function whoCameIn(): Promise<Browser> {
  const { office } = world;
  return new Browser(office?.address ?? '', await office?.enter());
}
const nameOf = async (browser: Browser) => Me.parse(await browser.ask('GET', '/session')).name;

it('lets whoever comes in as the sample officer, again and again, and tells nobody the first link', async () => {
  for (let i = 0; i < 3; i++) expect(await nameOf(await whoCameIn())).toBe('Dana Lee');
  expect(told.join('')).not.toContain('/#/welcome/');
});

it('signs her in anew where she has gone out', async () => {
  const browser = await whoCameIn();
  await browser.ask('DELETE', '/session');
  await expect(browser.ask('GET', '/session')).rejects.toThrow('sign in');
  expect(await nameOf(await whoCameIn())).toBe('Dana Lee');
});

it('keeps her over a restart on the same folder', { timeout: 120_000 }, async () => {
  await world.close();
  world = await open();
  expect(await nameOf(await whoCameIn())).toBe('Dana Lee');
});

it('says so where the folder has lost her proofs', { timeout: 120_000 }, async () => {
  await world.close();
  unlinkSync(join(folder, 'staff.json'));
  await expect(open()).rejects.toThrow(
    `${folder} has people and no ${join(folder, 'staff.json')}: take another folder`,
  );
});
