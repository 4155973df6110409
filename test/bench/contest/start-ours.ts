import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import type { Contestant, Task } from './contestant.ts';
import { voiced } from './voiced.ts';

/** Bytes of master key and salt (RFC 4568 section 6.2, RFC 7714 section 12). */
const KEY = { AES_CM_128_HMAC_SHA1_80: 30, AES_CM_128_HMAC_SHA1_32: 30, AEAD_AES_256_GCM: 44 } as const;

/** Starts the compiled `ours.ts` in a process of its own. */
export async function startOurs({ sinks, suite, taps, busy }: Task): Promise<Contestant> {
  const folder = mkdtempSync(join(tmpdir(), 'ours-'));
  const speech = join(folder, 'speech.raw');
  writeFileSync(speech, new Uint8Array(voiced(10, 16_000).buffer));
  const key = () => randomBytes(suite === null ? 0 : KEY[suite]).toString('base64');
  const keys = suite && { suite, send: key(), receive: key() };
  const script = join(packageRoot(), 'dist/test/bench/contest/ours.js');
  const child = spawn(process.execPath, [script, JSON.stringify({ sinks, keys, taps, busy, speech })], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const over = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), over.then(() => [''])])) as [string];
  if (line === '') throw new Error('our side of the contest ended at once');
  const ports = z.array(z.int()).parse(JSON.parse(line));
  const received = keys && { suite: keys.suite, master: Buffer.from(keys.receive, 'base64') };
  return {
    pid: child.pid ?? 0,
    ends: ports.map((port) => ({ port, key: received })),
    async stop() {
      child.stdin.end();
      await over;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
