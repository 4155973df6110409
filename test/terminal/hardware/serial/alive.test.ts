import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SerialLink } from '../../../../src/terminal/hardware/serial/link.ts';

const quiet = { opened: () => {}, bytes: () => {}, lost: () => {} };

test('a board that is not there leaves its driver alive', async () => {
  const link = new SerialLink('/dev/not-there', 115_200, quiet);
  link.open();
  for (let n = 0; n < 10; n++) {
    await link.alive();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await link.close();
});

test('a driver that the kernel keeps waiting is not alive, and says at what', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'serial-'));
  // Opening a FIFO that nobody opens from the other side takes for ever, as a driver that hangs does.
  const path = join(folder, 'fifo');
  spawnSync('mkfifo', [path]);
  const link = new SerialLink(path, 115_200, quiet);
  link.open();
  await link.alive();
  await expect(link.alive(performance.now() + 60_000)).rejects.toThrow(`${path} does not open`);
  await link.close();
  rmSync(folder, { recursive: true });
});
