import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { hasPostgres, startPostgres } from '../platform/postgres.ts';

const MAIN = join(packageRoot(), 'dist/sim/main.js');
const SCENARIOS = join(packageRoot(), 'sim/scenarios');

/** The compiled program, `npm start -- …`: its output as it comes, and its end. */
function start(args: readonly string[], { heard }: { heard?: (text: string, pid: number) => void } = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      heard?.(output, child.pid ?? 0);
    });
  onTestFinished(() => void child.kill('SIGKILL'));
  return once(child, 'close').then(([code, signal]) => ({ code, signal, output }));
}

describe('npm start', { timeout: 180_000 }, () => {
  it('says that --json goes with a script, and ends', async () => {
    const { code, output } = await start(['--json']);
    expect(code).toBe(2);
    expect(output).toContain('--json goes with --script');
  });

  it('refuses a script in our own words, and a level of the log that is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tierphone-script-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const script = join(folder, 'wrong.yaml');
    const lines = ['name: wrong', 'call:', '  languages: 5', '  ring: soon', 'steps: [{ wait: 5 }]', 'outcome: {}'];
    writeFileSync(script, lines.join('\n'));
    const { code, output } = await start(['--script', script]);
    expect(code).toBe(2);
    expect(output).toContain(`${script}:3: call.languages: a list is wanted, a number stands there`);
    expect(output).toContain(`${script}:4: call.ring: a duration is wanted`);
    expect(output).toContain('outcome.records: a list is wanted, nothing stands there');
    expect(output).not.toMatch(/invalid|expected|received/i);
    expect((await start(['--log', 'loud'])).output).toContain('debug, info, warn, error, silent');
  });

  it.each(['-1', '70000', 'http', '8080x'])('refuses the port %s before anything is built', async (port) => {
    const { code, output } = await start(['--port', port]);
    expect(code).not.toBe(0);
    expect(output).toContain('0 to 65535');
    expect(output).not.toContain('Starting');
  });

  it.each([
    ['postgres://tierphone:hunter2@127.0.0.1/x', 'no password stands in an address'],
    ['postgres://tierphone@db.county.test/x', 'in clear text'],
    ['mysql://127.0.0.1', 'a PostgreSQL address is wanted'],
  ])('refuses the database %s before anything is built, and repeats no password', async (url, why) => {
    const { code, output } = await start(['--postgres', url]);
    expect(code).toBe(2);
    expect(output).toContain(`error: --postgres: `);
    expect(output).toContain(why);
    expect(output).not.toMatch(/Starting|hunter2/);
  });

  it('refuses a port that is taken before anything is built', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { code, output } = await start(['--port', String(port)]);
    expect(code).toBe(1);
    expect(output).toContain(`port ${port} on 127.0.0.1 is taken`);
    expect(output).not.toContain('Starting');
  });

  it.each([
    ['while it starts', /Starting broker/],
    ['right after its address', /The doors are at/],
  ])('closes what it opened when it is told to stop %s', async (_, when) => {
    const data = mkdtempSync(join(tmpdir(), 'tierphone-start-'));
    onTestFinished(() => rmSync(data, { recursive: true, force: true }));
    let told = false;
    const { code, signal, output } = await start(['--port', '0', '--data', data, '--log', 'info'], {
      heard: (text, pid) => {
        if (told || !when.test(text)) return;
        told = true;
        process.kill(pid, 'SIGINT');
      },
    });
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(output).toContain('SIGINT: closing');
  });

  it.skipIf(!hasPostgres)('plays scenarios one after another on one PostgreSQL (needs postgresql)', async () => {
    const postgres = await startPostgres();
    onTestFinished(postgres.stop);
    const scripts = ['wrong-pin.yaml', 'number-not-allowed.yaml'].map((file) => join(SCENARIOS, file));
    const { code, output } = await start(['--postgres', postgres.url, '--json', '--script', ...scripts]);
    const verdicts = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { difference: string | null });
    expect(verdicts.map(({ difference }) => difference)).toEqual([null, null]);
    expect(code).toBe(0);
  });
});
