import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

/** As evtest 1.35 behaves on a USB keyboard of QEMU: what it prints, how it ends, what its query exits with. */
const SCRIPT = `#!/bin/sh
device=$2
if [ ! -e "$device" ]; then echo "open: No such file or directory" >&2; exit 1; fi
case $1 in
--query)
  [ -e "$device.down.$4" ] && exit 10
  exit 0 ;;
--grab)
  echo "$$" >> "$device.pids"
  echo 'Input driver version is 1.0.1'
  echo 'Input device name: "A handset"'
  echo 'Supported events:'
  echo '  Event type 1 (EV_KEY)'
  echo '    Event code 2 (KEY_1)'
  echo 'Testing ... (interrupt to exit)'
  [ -e "$device.taken" ] && echo '  This device is grabbed by another process.'
  cat "$device.events"
  echo 'expected 24 bytes, got -1'
  echo
  echo 'evtest: error reading: No such device' >&2
  exit 1 ;;
esac
`;

/** A handset that a stand-in of evtest reads. */
export class StandIn {
  readonly path: string;
  readonly program: string;
  #events: FileHandle | null = null;
  #time = 1_795_522_114;

  constructor(folder: string) {
    this.path = join(folder, 'usb-Handset-event-kbd');
    this.program = join(folder, 'evtest');
    writeFileSync(this.program, SCRIPT);
    chmodSync(this.program, 0o755);
  }

  /** It is there, with these keys down. */
  async plug(...down: string[]): Promise<void> {
    spawnSync('mkfifo', [`${this.path}.events`]);
    for (const key of down) this.held(key, true);
    writeFileSync(this.path, '');
    // Both ends: a reader alone would wait for a writer.
    this.#events = await open(`${this.path}.events`, 'r+');
  }

  async unplug(): Promise<void> {
    rmSync(this.path, { force: true });
    const events = this.#events;
    this.#events = null;
    // Whoever reads it comes to its end with its last writer.
    await events?.close();
    rmSync(`${this.path}.events`, { force: true });
  }

  /** What a query is answered. */
  held(key: string, down: boolean): void {
    if (down) writeFileSync(`${this.path}.down.${key}`, '');
    else rmSync(`${this.path}.down.${key}`, { force: true });
  }

  /** A key goes down (1), up (0) or is repeated (2). */
  async key(code: string, value: 0 | 1 | 2): Promise<void> {
    const at = `Event: time ${this.#time++}.868427`;
    await this.say(
      `${at}, type 4 (EV_MSC), code 4 (MSC_SCAN), value 7001e\n` +
        `${at}, type 1 (EV_KEY), code 2 (${code}), value ${value}\n${at}, -------------- SYN_REPORT ------------\n`,
    );
  }

  async press(...codes: string[]): Promise<void> {
    for (const code of codes) await this.key(code, 1);
    for (const code of codes.reverse()) await this.key(code, 0);
  }

  async say(text: string): Promise<void> {
    await this.#events?.write(text);
  }

  /** Another program has it, or lets go of it. */
  taken(taken: boolean): void {
    if (taken) appendFileSync(`${this.path}.taken`, '');
    else rmSync(`${this.path}.taken`, { force: true });
  }

  /** What was written to the device. */
  written(): Buffer {
    return readFileSync(this.path);
  }

  /** Whether a program that reads it is still running. */
  running(): boolean {
    const pids = existsSync(`${this.path}.pids`) ? readFileSync(`${this.path}.pids`, 'utf8').trim().split('\n') : [];
    return pids.some((pid) => {
      try {
        return process.kill(Number(pid), 0);
      } catch {
        return false;
      }
    });
  }
}
