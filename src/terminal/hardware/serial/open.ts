import type { Logger } from 'pino';
import { HookSwitch } from '../hook.ts';
import { Keypad } from '../keypad.ts';
import type { Hardware, Led } from '../port.ts';
import { Told } from '../told.ts';
import type { SerialBoard } from '../wiring.ts';
import { BadLines } from './bad-lines.ts';
import { Lines } from './lines.ts';
import { SerialLink } from './link.ts';
import { type BoardMessage, decodeBoard, encodeTerminal } from './message.ts';

/** A board that beats once a second and is silent this long is gone. */
const SILENCE_MS = 3_000;
/** The port is opened anew after so long: an adapter may hang with its port open. Longer than a board takes to boot, which opening may make it do. */
const HUNG_MS = 10_000;

const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/no such file/i, 'plug the board in, or correct "path" in the board file'],
  [/permission|not permitted/i, 'let this user open it: usually by adding him to the group dialout'],
  [/lock|busy|temporarily unavailable/i, 'another program has it open: close that'],
  [/no beat/i, 'check power, wiring (TX to RX, RX to TX, ground to ground) and "baud"'],
  [/unplugged|end of file/i, 'plug the board in again'],
];

/** A phone on a serial keypad board. */
class SerialPhone implements Hardware {
  readonly #told = new Told();
  readonly events = this.#told.events;
  readonly #board: SerialBoard;
  readonly #log: Logger;
  readonly #lines = new Lines();
  readonly #bad: BadLines;
  readonly #hook: HookSwitch;
  readonly #keypad: Keypad;
  readonly #link: SerialLink;
  readonly #lamps = new Map<Led, 'on' | 'off' | 'blink'>();
  #state: 'starting' | 'ok' | 'fault' = 'starting';
  #why = '';
  #count = 0;
  #silence: NodeJS.Timeout | null = null;

  constructor(board: SerialBoard, log: Logger) {
    this.#board = board;
    this.#log = log;
    this.#bad = new BadLines((detail) => this.#told.tell({ type: 'malformed', detail: `${board.path}: ${detail}` }));
    this.#hook = new HookSwitch(board.hook, (hook) => this.#told.tell({ type: 'hook', hook }));
    this.#keypad = new Keypad(
      board.keys,
      (key, edge) => this.#told.tell({ type: 'key', key, edge }),
      () =>
        log.warn({ path: board.path }, 'a key was held too long and is taken as released: see whether one is stuck'),
    );
    this.#link = new SerialLink(board.path, board.baud, {
      opened: () => this.#opened(),
      bytes: (bytes) => this.#bytes(bytes),
      lost: (why) => this.#fault(why),
    });
    this.#link.open();
  }

  led(led: Led, state: 'on' | 'off' | 'blink'): void {
    this.#lamps.set(led, state);
    this.#link.write(encodeTerminal({ type: 'led', led, state }));
  }

  async close(): Promise<void> {
    this.#listen(null);
    this.#hook.close();
    this.#keypad.close();
    this.#bad.close();
    await this.#link.close();
    this.#told.close();
  }

  #opened(): void {
    this.#lines.reset();
    if (this.#board.helloOnOpen) this.#link.write(encodeTerminal({ type: 'hello' }));
    this.#awaitBeat();
  }

  #bytes(bytes: Uint8Array): void {
    for (const line of this.#lines.push(bytes)) {
      if (line === '\r') continue;
      const decoded = decodeBoard(line);
      if (decoded.ok) this.#heard(decoded.message);
      else this.#bad.add(decoded.reason);
    }
  }

  #heard(message: BoardMessage): void {
    // A board that does not beat is not trusted with anything else: its next beat tells the hook.
    if (message.type === 'beat') this.#beat(message);
    else if (this.#state !== 'ok') return;
    else if (message.type === 'hook') this.#hook.read(message.hook);
    else if (message.type === 'key') this.#keypad.edge(message.key, message.edge);
    else this.#told.tell(message);
  }

  #beat(beat: Extract<BoardMessage, { type: 'beat' }>): void {
    this.#awaitBeat();
    const { path } = this.#board;
    const restarted = beat.count < this.#count;
    this.#count = beat.count;
    if (this.#state === 'ok') {
      if (restarted) {
        this.#log.warn({ path, firmware: beat.firmware }, 'the keypad board has restarted by itself');
        this.#keypad.releaseAll();
        this.#light();
      }
      this.#hook.read(beat.hook);
      return;
    }
    this.#link.steady();
    this.#state = 'ok';
    this.#why = '';
    this.#log.info({ path, firmware: beat.firmware }, 'the keypad board is there');
    this.#light();
    this.#told.tell({ type: 'board', state: 'ok', detail: `${path}, firmware ${beat.firmware}` });
    this.#hook.settle(beat.hook);
  }

  /** Shows the lamps anew: a board that was away has forgotten them. */
  #light(): void {
    for (const [led, state] of this.#lamps) this.#link.write(encodeTerminal({ type: 'led', led, state }));
  }

  #awaitBeat(): void {
    this.#listen(() => {
      this.#fault('no beat for 3 s');
      this.#listen(() => this.#link.reopen('no beat for 3 s'), HUNG_MS - SILENCE_MS);
    }, SILENCE_MS);
  }

  #fault(why: string): void {
    this.#listen(null);
    if (why !== this.#why) {
      const remedy = REMEDIES.find(([pattern]) => pattern.test(why))?.[1];
      this.#log.warn({ path: this.#board.path }, `keypad board: ${why}${remedy ? `: ${remedy}` : ''}; trying on`);
      this.#why = why;
    }
    if (this.#state === 'fault') return;
    this.#state = 'fault';
    this.#count = 0;
    this.#keypad.releaseAll();
    this.#hook.close();
    this.#told.tell({ type: 'board', state: 'fault', detail: `${this.#board.path}: ${why}` });
  }

  #listen(then: (() => void) | null, after = 0): void {
    if (this.#silence) clearTimeout(this.#silence);
    this.#silence = then && setTimeout(then, after);
  }
}

/** Opens a serial keypad board. Never fails: what is wrong is told as a `board` fault, and tried again. */
export function openSerial(board: SerialBoard, log: Logger): Hardware {
  return new SerialPhone(board, log);
}
