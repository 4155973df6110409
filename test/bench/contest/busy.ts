import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallId, Instant } from '../../../src/protocol/units.ts';
import { openJournal } from '../../../src/terminal/storage/journal.ts';
import { keptLog } from '../../terminal/telephony/sip/fakes.ts';
import { makeTerminalKey } from '../../terminal-keys.ts';

/** Part of the time in which the thread is held. */
const [HELD, PERIOD] = [30, 50];

/** Keeps this thread busy with writes to a journal and with garbage until it is closed. */
export async function keepBusy(): Promise<{ close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'busy-'));
  const journal = await openJournal(folder, await makeTerminalKey(), keptLog());
  const writes = new Set<Promise<void>>();
  let kept: object[] = [];
  const timer = setInterval(() => {
    const until = performance.now() + HELD;
    while (performance.now() < until) kept.push(Array.from({ length: 100 }, (_, n) => ({ n, text: String(n) })));
    if (kept.length > 20_000) kept = [];
    const call = crypto.randomUUID() as CallId;
    const write = journal
      .append({ type: 'lifted', call, at: Date.now() as Instant })
      .finally(() => writes.delete(write));
    writes.add(write);
  }, PERIOD);
  return {
    async close() {
      clearInterval(timer);
      await Promise.all(writes);
      await journal.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
