import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { EvtestOutput, type EvtestSays } from './evtest.ts';

/** Ends with this process, however that ends: else it would keep the device from the next one. */
export const EVTEST = ['setpriv', '--pdeathsig', 'KILL', 'evtest'] as const;

const EV_REP = 0x14;
const [REP_DELAY, REP_PERIOD] = [0, 1];

/**
 * Stops a keyboard from repeating a key held, by writing to its device as the kernel allows: a hook switch holds a key
 * down for hours, thirty times a second.
 * @throws Error of the file system, where the device is gone or may not be opened
 */
async function stopRepeating(path: string): Promise<void> {
  const device = await open(path, 'r+');
  try {
    // struct input_event: two longs of time, then type, code and value.
    const time = process.arch === 'arm' || process.arch === 'ia32' ? 8 : 16;
    for (const code of [REP_DELAY, REP_PERIOD]) {
      const event = Buffer.alloc(time + 8);
      event.writeUInt16LE(EV_REP, time);
      event.writeUInt16LE(code, time + 2);
      await device.write(event);
    }
  } finally {
    await device.close();
  }
}

export interface DeviceEvents {
  says(what: EvtestSays): void;
  /** It could not be opened, or is gone. Told once. */
  lost(why: string): void;
}

/** One time that a keyboard is open, by Debian's evtest, which keeps it from the console: a PIN must not reach a login. */
export class InputDevice {
  readonly #path: string;
  readonly #evtest: readonly string[];
  readonly #on: DeviceEvents;
  readonly #output = new EvtestOutput();
  readonly #running = new Set<ChildProcess>();
  #complaint = '';
  #closed = false;

  constructor(path: string, evtest: readonly string[], on: DeviceEvents) {
    this.#path = path;
    this.#evtest = evtest;
    this.#on = on;
    stopRepeating(path).then(
      () => this.#listen(),
      (error: NodeJS.ErrnoException) => {
        // One that may be read and not written works, and repeats. If it may not be read, evtest says so.
        if (error.code === 'EACCES' || error.code === 'EPERM') this.#listen();
        else this.lose(error.message);
      },
    );
  }

  /** Asks whether a key is down now; what came of it is told to `then`, not at all if the device is lost or closed before. */
  query(code: string, then: (down: boolean) => void): void {
    const query = this.#spawn('--query', this.#path, 'EV_KEY', code);
    query?.on('close', (exit) => {
      if (this.#closed) return;
      // As evtest says it: 0 is up, 10 is down.
      if (exit === 0 || exit === 10) then(exit === 10);
      else this.lose(this.#reason(`evtest cannot tell whether ${code} is down`));
    });
  }

  /** Closes it; `lost` is told why. */
  lose(why: string): void {
    if (this.#closed) return;
    this.close();
    this.#on.lost(why);
  }

  /** Lets go of the device. Nothing more is told. */
  close(): void {
    this.#closed = true;
    for (const process of this.#running) process.kill('SIGKILL');
  }

  #listen(): void {
    if (this.#closed) return;
    const listening = this.#spawn('--grab', this.#path);
    listening?.stdout?.setEncoding('latin1').on('data', (text: string) => {
      for (const said of this.#output.push(text)) if (!this.#closed) this.#on.says(said);
    });
    listening?.on('close', () => this.lose(this.#reason('evtest has ended')));
  }

  #spawn(...args: string[]): ChildProcess | null {
    const [program = '', ...first] = this.#evtest;
    const child = spawn(program, [...first, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#running.add(child);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-500);
    });
    child.stdout.resume();
    child.on('error', (error) => this.lose(error.message));
    child.on('close', () => this.#running.delete(child));
    return child;
  }

  /** The last line that evtest complained with. */
  #reason(otherwise: string): string {
    return this.#complaint.trim().split('\n').at(-1) || otherwise;
  }
}
