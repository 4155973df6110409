import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signResult, verifyResult } from '../../../src/protocol/attest.ts';
import { SelfTestResult } from '../../../src/protocol/self-test.ts';
import { openResults } from '../../../src/terminal/bench/results.ts';
import { keyFile, openKey } from '../../../src/terminal/storage/key.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-'));
});
afterAll(() => rm(folder, { recursive: true }));

const log = { warn: () => undefined };

const RESULT = SelfTestResult.parse({
  id: '00000000-0000-4000-8000-000000000001',
  facility: 'pine-river',
  unit: 'B',
  terminal: 'B-1',
  by: 'technician',
  started: 1,
  ended: 2,
  version: '0.1.0',
  node: 'v20',
  board: 'a board',
  verdict: 'passed',
  results: [{ part: 'keys', verdict: 'passed', detail: 'all', remedy: null, figures: { slips: 0 } }],
});

it('a terminal makes its key once, for its own eyes', async () => {
  const key = await openKey(folder, log);
  expect((await stat(keyFile(folder))).mode & 0o777).toBe(0o600);
  expect(await openKey(folder, log)).toEqual(key);
  await writeFile(keyFile(folder), '{}');
  expect((await openKey(folder, log)).kid).not.toBe(key.kid);
});

it('a result is believed as it was signed, and not when a word of it is another', async () => {
  const key = await openKey(folder, log);
  const jws = await signResult(RESULT, key);
  const { result, key: by } = await verifyResult(jws, key);
  expect(result).toEqual(RESULT);
  expect(by.kid).toBe(key.kid);
  expect(JSON.stringify(by)).not.toContain(key.d);
  const [head = '', payload = '', signature = ''] = jws.split('.');
  const text = Buffer.from(payload, 'base64url').toString().replace('"passed"', '"failed"');
  const forged = [head, Buffer.from(text).toString('base64url'), signature].join('.');
  await expect(verifyResult(forged)).rejects.toThrow('the signature is not that of its issuer');
  await writeFile(keyFile(folder), '{}');
  await expect(verifyResult(jws, await openKey(folder, log))).rejects.toThrow("not signed with this terminal's key");
});

it('results are published once a broker takes them, over a restart, and ten are kept', async () => {
  const own = join(folder, 'results');
  let link = false;
  const announced: string[] = [];
  const announce = async (jws: string) => {
    if (!link) throw new Error('no link');
    announced.push(jws);
  };
  const first = await openResults(own, announce, log);
  for (let n = 0; n < 12; n += 1) await first.keep(`jws-${n}`);
  await expect(first.publish()).rejects.toThrow('no link');
  link = true;
  const second = await openResults(own, announce, log);
  expect(second.last).toBe('jws-11');
  await Promise.all([second.publish(), second.publish()]);
  expect(announced).toEqual(Array.from({ length: 10 }, (_, n) => `jws-${n + 2}`));
  await second.publish();
  expect(announced).toHaveLength(10);
});
