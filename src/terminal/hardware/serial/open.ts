import type { Logger } from 'pino';
import { HookSwitch } from '../hook.ts';
import { Keypad } from '../keypad.ts';
import type { Hardware, Led } from '../port.ts';
import { Told } from '../told.ts';
import type { SerialBoard } from '../wiring.ts';
import { BadLines } from './bad-lines.ts';
import { Beats } from './beats.ts';
import { isOlder } from './firmware.ts';
import { BY_ID, lastingName } from './lasting-name.ts';
import { Lines } from './lines.ts';
import { SerialLink } from './link.ts';
import { type BoardMessage, decodeBoard, encodeTerminal, type TerminalMessage } from './message.ts';
import { NumberedLines } from './numbered.ts';
import { remedy } from './remedy.ts';

type Beat = Extract<BoardMessage, { type: 'beat' }>;
type Said = Exclude<BoardMessage, Beat>;

/** A board that does not number its lines is asked to with so many beats. */
const ASKS = 5;
/** Lamps are shown anew with every so many beats, since noise may have taken a line of ours. */
const LAMPS_EVERY = 10;
/** A count that falls to less is a restart: one that falls to more is noise. A board that beats anew is heard sooner. */
const FIRST_COUNTS = 10;

/** A phone on a serial keypad board. */
class SerialPhone implements Hardware {
  readonly #told = new Told();
  readonly events = this.#told.events;
  readonly #board: SerialBoard;
  readonly #log: Logger;
  readonly #byId: string;
  readonly #lines = new Lines();
  readonly #numbered = new NumberedLines();
  readonly #bad: BadLines;
  readonly #hook: HookSwitch;
  readonly #keypad: Keypad;
  readonly #link: SerialLink;
  readonly #beats: Beats;
  readonly #lamps = new Map<Led, 'on' | 'off' | 'blink'>();
  #state: 'starting' | 'ok' | 'fault' = 'starting';
  #why = '';
  #count = 0;
  #asks = 0;
  /** The housing, as it was told last. */
  #open = false;

  constructor(board: SerialBoard, log: Logger, byId: string) {
    this.#board = board;
    this.#log = log;
    this.#byId = byId;
    this.#bad = new BadLines((detail) => this.#told.tell({ type: 'malformed', detail: `${board.path}: ${detail}` }));
    this.#hook = new HookSwitch(board.hook, (hook) => this.#told.tell({ type: 'hook', hook }));
    this.#keypad = new Keypad(
      board.keys,
      (key, edge) => this.#told.tell({ type: 'key', key, edge }),
      () =>
        log.warn({ path: board.path }, 'a key was held too long and is taken as released: see whether one is stuck'),
    );
    this.#beats = new Beats(board.baud, {
      late: () => this.#askForBeat(),
      silent: (why) => this.#fault(why),
      hung: (why) => this.#link.reopen(why),
    });
    this.#link = new SerialLink(board.path, board.baud, {
      opened: () => this.#opened(),
      bytes: (bytes) => this.#bytes(bytes),
      lost: (why) => {
        this.#beats.stop();
        this.#fault(why);
      },
    });
    this.#link.open();
  }

  led(led: Led, state: 'on' | 'off' | 'blink'): void {
    this.#lamps.set(led, state);
    this.#say({ type: 'led', led, state });
  }

  alive(): Promise<void> {
    return this.#link.alive();
  }

  async close(): Promise<void> {
    this.#beats.stop();
    this.#hook.close();
    this.#keypad.close();
    this.#bad.close();
    await this.#link.close();
    this.#told.close();
  }

  #say(message: TerminalMessage): void {
    this.#link.write(encodeTerminal(message));
  }

  #opened(): void {
    this.#lines.reset();
    this.#numbered.reset();
    this.#asks = ASKS;
    // A board that can number its lines is asked first, so that its first beat has a number.
    if (this.#board.helloOnOpen) this.#say({ type: 'number' });
    this.#askForBeat();
    this.#beats.await();
    void this.#nameBetter();
  }

  /** Says once a port is open if there is a better name for it. */
  async #nameBetter(): Promise<void> {
    const { path } = this.#board;
    const lasting = await lastingName(path, this.#byId);
    if (lasting === null) return;
    this.#log.warn(
      { path },
      `${path} may be another device after a restart: write "path": "${lasting}" in the board file`,
    );
  }

  #askForBeat(): void {
    if (this.#board.helloOnOpen) this.#say({ type: 'hello' });
  }

  #bytes(bytes: Uint8Array): void {
    this.#beats.other('bytes');
    for (const line of this.#lines.push(bytes)) {
      if (line === '\r') continue;
      const decoded = decodeBoard(line);
      if (decoded.ok) {
        this.#heard(decoded.message, decoded.number);
      } else {
        this.#bad.add(decoded.reason);
      }
    }
    const missing = this.#numbered.ask();
    if (missing !== null) this.#say({ type: 'again', from: missing });
  }

  #heard(message: BoardMessage, number: number | null): void {
    if (message.type === 'beat') {
      this.#beats.await();
      if (this.#state === 'ok') this.#beat(message, number);
      else this.#found(message, number);
      this.#count = message.count;
      return;
    }
    this.#beats.other('line');
    // A board that does not beat is not trusted with anything else: its next beat tells the hook.
    if (this.#state !== 'ok') return;
    if (number === null) this.#said(message);
    else this.#inOrder(this.#numbered.take(message, number));
  }

  #inOrder({ told, lost }: { told: Said[]; lost: number }): void {
    for (const message of told) this.#said(message);
    if (lost > 0) this.#bad.add('lost, and not said again', lost);
  }

  #said(message: Said): void {
    if (message.type === 'hook') {
      this.#hook.read(message.hook);
    } else if (message.type === 'key') {
      // Whoever presses a key has lifted the handset: lines that come all at once must not turn the order round.
      if (message.edge === 'down') this.#hook.confirm('off');
      this.#keypad.edge(message.key, message.edge);
    } else if (message.type === 'volume' && this.#board.volumeButtons === 1) {
      this.#told.tell({ type: 'volume', direction: 'next' });
    } else if (message.type === 'tamper') {
      // Firmware tells it anew to whoever says hello.
      if (message.open !== this.#open) this.#told.tell(message);
      this.#open = message.open;
    } else {
      this.#told.tell(message);
    }
  }

  #beat({ count, firmware, hook }: Beat, number: number | null): void {
    if (count < Math.min(this.#count, FIRST_COUNTS)) this.#restarted(firmware);
    if (number !== null) this.#inOrder(this.#numbered.beat(number));
    else this.#askForNumbers(firmware);
    if (count % LAMPS_EVERY === 0) this.#light();
    this.#hook.read(hook);
  }

  #found(beat: Beat, number: number | null): void {
    const { path } = this.#board;
    this.#link.steady();
    this.#state = 'ok';
    this.#why = '';
    this.#log.info({ path, firmware: beat.firmware }, 'the keypad board is there');
    this.#light();
    if (number !== null) this.#numbered.beat(number);
    const { firmware } = beat;
    this.#told.tell({
      type: 'board',
      state: 'ok',
      detail: `${path}, firmware ${firmware}${this.#age(firmware)}`,
      firmware,
    });
    this.#hook.settle(beat.hook);
  }

  #restarted(firmware: string): void {
    this.#log.warn({ path: this.#board.path, firmware }, 'the keypad board has restarted by itself');
    this.#numbered.reset();
    this.#asks = ASKS;
    this.#keypad.releaseAll();
    this.#light();
  }

  /** Asks a board that does not number its lines to do so, a few times: the asking may be lost, or not understood. */
  #askForNumbers(firmware: string): void {
    if (this.#asks === 0 || !this.#board.helloOnOpen) return;
    this.#asks--;
    if (this.#asks > 0) this.#say({ type: 'number' });
    else this.#log.info({ path: this.#board.path, firmware }, 'this firmware cannot say again a key that noise takes');
  }

  /** What is to be said of a firmware that is older than the board file wants. */
  #age(firmware: string): string {
    const { firmware: wanted, path } = this.#board;
    if (wanted === undefined || !isOlder(firmware, wanted)) return '';
    this.#log.warn({ path, firmware }, `the keypad board's firmware is older than ${wanted}: flash a newer one`);
    return `, older than the ${wanted} that this phone needs: flash a newer one`;
  }

  /** Shows the lamps anew: a board that was away has forgotten them. */
  #light(): void {
    for (const [led, state] of this.#lamps) this.#say({ type: 'led', led, state });
  }

  #fault(why: string): void {
    if (why !== this.#why) {
      this.#log.warn({ path: this.#board.path }, `keypad board: ${why}${remedy(why)}; trying on`);
      this.#why = why;
    }
    if (this.#state === 'fault') return;
    this.#state = 'fault';
    this.#count = 0;
    this.#keypad.releaseAll();
    this.#hook.close();
    this.#told.tell({ type: 'board', state: 'fault', detail: `${this.#board.path}: ${why}` });
  }
}

/**
 * Opens a serial keypad board. Never fails: what is wrong is told as a `board` fault, and tried again. `byId` is
 * where lasting names of devices are looked up.
 */
export function openSerial(board: SerialBoard, log: Logger, byId = BY_ID): Hardware {
  return new SerialPhone(board, log, byId);
}
