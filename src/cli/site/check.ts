import { get } from 'node:https';
import { text as read } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { clearTextIn } from '../../platform/clear.ts';
import type { PlatformConfig } from '../../platform/config.ts';
import { readKeys } from '../../platform/keys.ts';
import { atBroker } from '../broker.ts';
import { FileError } from '../file.ts';
import { readPlatformConfig } from '../platform.ts';
import { remarksOf } from '../remarks.ts';
import { PLATFORM_FILE } from './places.ts';
import { as, type User } from './users.ts';

/**
 * Looks at the configuration as the platform does when it starts, and as its user; gives what people should know of it.
 * @throws FileError, Error: what is wrong
 */
export function checkFiles(platform: User): Promise<readonly string[]> {
  return as(platform, async () => {
    const config = readPlatformConfig(PLATFORM_FILE);
    await readKeys(config.keys);
    const { allowed, left } = remarksOf(config, clearTextIn(config));
    if (left.length > 0) throw new FileError(left.map((line) => `${PLATFORM_FILE}: ${line}`).join('\n'));
    return allowed;
  });
}

/** Why broker and platform do not work together; null where they do. */
export async function whyDown(): Promise<string | null> {
  try {
    const config = readPlatformConfig(PLATFORM_FILE);
    // By the account for accounts: by its own the platform would be put out.
    await atBroker({ ...config.mqtt, ...config.mqtt.accounts }, async () => undefined);
    await health(config);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Waits until broker and platform work together, `patience` ms at most. @throws Error with what is in the way */
export async function untilUp(patience: number): Promise<void> {
  const end = performance.now() + patience;
  for (let why = await whyDown(); why !== null; why = await whyDown()) {
    if (performance.now() > end)
      throw new Error(`it does not come up: ${why}: journalctl -u tierphone-platform -u mosquitto tells more`);
    await pause(500);
  }
}

/** For one answer, ms. */
const PATIENCE = 5_000;

/** @throws Error where it does not answer that all is well */
async function health({ http }: PlatformConfig): Promise<void> {
  const port = http?.port ?? 0;
  if (http?.tls === undefined)
    return said(await fetch(`http://127.0.0.1:${port}/health`).then((answer) => answer.text()));
  // Whoever has put another certificate there has his own authority: that it answers is what counts here.
  const trust = { rejectUnauthorized: false };
  const text = await new Promise<string>((resolve, reject) => {
    const asked = get({ ...trust, host: '127.0.0.1', port, path: '/health', signal: AbortSignal.timeout(PATIENCE) });
    asked.on('response', (answer) => read(answer).then(resolve, reject)).on('error', reject);
  });
  said(text);
}

function said(text: string): void {
  if (JSON.parse(text).status !== 'ok') throw new Error('the platform has no link to its broker');
}
