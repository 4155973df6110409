import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import { expect, vi } from 'vitest';
import type { Hardware, HardwareEvent } from '../../../src/terminal/hardware/port.ts';

/** How long and how often a test waits for what must come. */
export const LIMIT = { timeout: 30_000, interval: 10 };

type Of<T extends HardwareEvent['type']> = Extract<HardwareEvent, { type: T }>;

/** A phone's hardware as a test looks at it, and a folder for its device. */
export class Opened {
  readonly folder = mkdtempSync(join(tmpdir(), 'tierphone-board-'));
  /** What was told since the start, or since it was emptied. */
  readonly events: HardwareEvent[] = [];
  /** The messages of its log. */
  readonly log: string[] = [];
  #hardware: Hardware | null = null;

  get hardware(): Hardware {
    if (!this.#hardware) throw new Error('nothing is open');
    return this.#hardware;
  }

  /** Opens it, and listens. */
  async open(open: (log: Logger) => Hardware | Promise<Hardware>): Promise<void> {
    const { log } = this;
    const sink = new Writable({
      write(line: Buffer, _encoding, done) {
        log.push(JSON.parse(line.toString()).msg);
        done();
      },
    });
    this.#hardware = await open(pino({ level: 'info' }, sink));
    this.#hardware.events.subscribe((event) => this.events.push(event));
  }

  /** Waits until all of these were told, in any order. */
  async seen(...wanted: object[]): Promise<void> {
    const each = wanted.map((one) => expect.objectContaining(one));
    await vi.waitFor(() => expect(this.events).toEqual(expect.arrayContaining(each)), LIMIT);
  }

  /** Waits until a line of the log holds `text`. */
  async logged(text: string): Promise<void> {
    await vi.waitFor(() => expect(this.log.join('\n')).toContain(text), LIMIT);
  }

  of<T extends HardwareEvent['type']>(type: T): Of<T>[] {
    return this.events.filter((event): event is Of<T> => event.type === type);
  }

  /** Keys told as pressed, in order. */
  pressed(): string {
    return this.of('key')
      .flatMap(({ key, edge }) => (edge === 'down' ? [key] : []))
      .join('');
  }

  /** Every key told down was told up again before its next down, and none is down. */
  allReleased(): void {
    const down = new Set<string>();
    for (const { key, edge } of this.of('key')) {
      expect(down.has(key)).toBe(edge === 'up');
      if (edge === 'down') down.add(key);
      else down.delete(key);
    }
    expect([...down]).toEqual([]);
  }

  async close(): Promise<void> {
    await this.#hardware?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
