import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether systemd runs this machine: in a container it may not. */
export const isManaged = (): boolean => existsSync('/run/systemd/system');

/** What starts a site, for people where nothing else does. */
export const START = 'systemctl restart mosquitto && systemctl enable --now tierphone-platform';

/** @throws Error with what systemd says */
export async function systemctl(...args: readonly string[]): Promise<void> {
  await run('systemctl', args).catch((cause: Error & { stderr?: string }) => {
    const why = (cause.stderr || cause.message).trim().split('\n')[0];
    throw new Error(`systemctl ${args.join(' ')}: ${why}`, { cause });
  });
}

/** What the platform has said since it was started last. */
export async function saidByPlatform(): Promise<string> {
  const since = await run('systemctl', ['show', '--value', '--property=InvocationID', 'tierphone-platform']);
  const of = `_SYSTEMD_INVOCATION_ID=${since.stdout.trim()}`;
  return (await run('journalctl', ['--quiet', '--output=cat', of])).stdout;
}
