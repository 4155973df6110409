import { afterEach, expect, it } from 'vitest';
import { type Desk, openDesk } from '../people/desk.ts';
import type { Setup } from '../world.ts';

export function reachSuite(setup: () => Setup): void {
  let desk: Desk | null = null;
  afterEach(() => desk?.close());

  it('is told the address that people type, and keeps its cookie from every other host and from clear text', async () => {
    desk = await openDesk(setup(), { port: 0, url: 'https://phones.example.gov/' });
    expect(desk.api.url).toBe('https://phones.example.gov');
    const { browser } = await desk.employ({});
    expect(browser.cookie).toMatch(/^__Host-tierphone=/);
    expect(browser.set).toMatch(/; Secure/);
    expect(browser.set).not.toMatch(/Domain/i);
    // A browser that says no more than where the page is from, behind a proxy that says what it likes.
    const out = (origin: string) => browser.ask('DELETE', '/api/session', {}, { 'sec-fetch-site': '', origin });
    expect((await out('https://phones.example.org')).status).toBe(403);
    expect((await out('https://phones.example.gov')).status).toBe(200);
    expect(browser.cookie).toBeNull();
  });

  it('is reached where it listens, where nothing else is said', async () => {
    desk = await openDesk(setup());
    expect(desk.api.url).toBe(desk.api.address);
    const { browser } = await desk.employ({});
    expect(browser.cookie).toMatch(/^tierphone=/);
    expect(browser.set).not.toMatch(/Secure/);
  });
}
