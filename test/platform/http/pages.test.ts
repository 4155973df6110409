import fastify from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { secureHeaders } from '../../../src/platform/http/headers.ts';
import { servePages } from '../../../src/platform/http/pages.ts';

describe('the pages for staff', async () => {
  const app = fastify();
  await secureHeaders(app, true);
  const served = await servePages(app);
  afterAll(() => app.close());

  it('are what the build made, under a policy that lets nothing in from elsewhere', async () => {
    expect(served).toBe(true);
    const page = await app.inject('/');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('<div id="page">');
    expect(page.body).not.toMatch(/<script(?![^>]*src=)|<style|style=|https?:/);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none';script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.headers['x-frame-options']).toBe('DENY');
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    expect(policy).not.toContain('unsafe');
    const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(page.body)?.[1];
    const answer = await app.inject(`/${script}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('/javascript');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it('give no file beside them', async () => {
    for (const path of ['/../../../package.json', '/..%2f..%2f..%2fpackage.json', '/assets/', '/nothing'])
      expect((await app.inject(path)).statusCode).toBeGreaterThanOrEqual(400);
  });
});
