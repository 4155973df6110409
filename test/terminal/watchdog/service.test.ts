import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serve } from '../../../src/terminal/watchdog/service.ts';

const has = spawnSync('socat', ['-V']).error === undefined;
const log = pino({ level: 'silent' });
let folder: string;
let manager: ChildProcess;
let heard = '';
const before = process.env.NOTIFY_SOCKET;

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain; heard ${heard}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A service manager's socket, and what is said to it in `heard`. */
async function listen(address: string): Promise<void> {
  heard = '';
  manager = spawn('socat', ['-u', address, '-'], { stdio: ['ignore', 'pipe', 'inherit'] });
  manager.stdout?.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
  });
  await once(manager, 'spawn');
}

describe.skipIf(!has)('what systemd is told (needs socat)', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'notify-'));
  });
  afterEach(() => {
    manager.kill();
    rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env.NOTIFY_SOCKET;
    else process.env.NOTIFY_SOCKET = before;
  });

  const alive = [{ name: 'hook driver', alive: async () => undefined }];
  /** The environment as systemd makes it: the C library reads the process's own. */
  const environment = (more: NodeJS.ProcessEnv) => {
    process.env.NOTIFY_SOCKET = join(folder, 'notify');
    return { NOTIFY_SOCKET: process.env.NOTIFY_SOCKET, ...more };
  };

  test('ready, beats while all is alive, and that it stops', async () => {
    await listen(`UNIX-RECV:${join(folder, 'notify')}`);
    await until(() => existsSync(join(folder, 'notify')));
    const service = serve(alive, log, environment({ WATCHDOG_USEC: '90000', WATCHDOG_PID: String(process.pid) }));
    await until(() => (heard.match(/^WATCHDOG=1$/gm) ?? []).length >= 3);
    await service.close();
    await until(() => heard.includes('STOPPING=1'));
    expect(heard).toMatch(/^READY=1\nSTATUS=event loop, sound, hook and link are alive\n/);
  });

  test('one that goes on as something else does not say that it stops', async () => {
    await listen(`UNIX-RECV:${join(folder, 'notify')}`);
    await until(() => existsSync(join(folder, 'notify')));
    const env = environment({ WATCHDOG_USEC: '90000', WATCHDOG_PID: String(process.pid) });
    serve(alive, log, env).handOver();
    const next = serve(alive, log, env);
    await until(() => (heard.match(/^READY=1$/gm) ?? []).length === 2);
    expect(heard).not.toContain('STOPPING');
    expect(heard).toMatch(/WATCHDOG=1\nREADY=1/);
    await next.close();
  });

  test('a watchdog that is another process’s is not fed', async () => {
    await listen(`UNIX-RECV:${join(folder, 'notify')}`);
    await until(() => existsSync(join(folder, 'notify')));
    const service = serve(alive, log, environment({ WATCHDOG_USEC: '90000', WATCHDOG_PID: '1' }));
    await until(() => heard.includes('READY=1'));
    await service.close();
    await until(() => heard.includes('STOPPING=1'));
    expect(heard).not.toContain('WATCHDOG');
  });
});

test('where nobody listens nothing is done', async () => {
  let asked = 0;
  const part = { name: 'a', alive: async () => void asked++ };
  await serve([part], log, { WATCHDOG_USEC: '90000' }).close();
  expect(asked).toBe(0);
});
