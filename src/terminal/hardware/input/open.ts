import type { Logger } from 'pino';
import { HookSwitch } from '../hook.ts';
import { Keypad } from '../keypad.ts';
import type { Hardware } from '../port.ts';
import { Retry } from '../retry.ts';
import { Told } from '../told.ts';
import { EVTEST, InputDevice } from './device.ts';
import type { EvtestSays } from './evtest.ts';
import { Typed } from './typed.ts';
import type { InputBoard } from './wiring.ts';

const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/(setpriv|evtest)( ENOENT|: No such file)/i, 'install the Debian package evtest'],
  [/no such file/i, 'plug the handset in, or correct "path" in the board file (ls /dev/input/by-id)'],
  [/permission|not permitted/i, 'let this user open it: usually by adding him to the group input'],
  [/another program/i, 'close that: fuser -v on the path names it'],
  [/inappropriate ioctl/i, 'correct "path" in the board file: this is no input device'],
  [/no such device/i, 'plug the handset in again'],
];

/** A phone whose hook and keypad are a USB keyboard. */
class InputPhone implements Hardware {
  readonly #told = new Told();
  readonly events = this.#told.events;
  readonly #board: InputBoard;
  readonly #log: Logger;
  readonly #evtest: readonly string[];
  readonly #typed: Typed;
  readonly #hook: HookSwitch;
  readonly #keypad: Keypad;
  readonly #retry = new Retry();
  #device: InputDevice | null = null;
  #state: 'starting' | 'ok' | 'fault' = 'starting';
  #why = '';
  /** A level of the hook has come by itself since it was asked for: the answer is older. */
  #overtaken = false;

  constructor(board: InputBoard, log: Logger, evtest: readonly string[]) {
    this.#board = board;
    this.#log = log;
    this.#evtest = evtest;
    this.#typed = new Typed(board.keys);
    const { debounce } = board.hook;
    this.#hook = new HookSwitch({ polarity: 'normal', debounce }, (hook) => this.#told.tell({ type: 'hook', hook }));
    this.#keypad = new Keypad(
      // The keyboard has debounced them.
      { debounce: 0 as typeof debounce, stuck: board.stuck },
      (key, edge) => this.#told.tell({ type: 'key', key, edge }),
      () =>
        log.warn({ path: board.path }, 'a key was held too long and is taken as released: see whether one is stuck'),
    );
    this.#open();
  }

  /** A USB keyboard has no lamps that could be lit while it is kept from the console. */
  led(): void {}

  async alive(): Promise<void> {
    if (this.#device === null && !this.#retry.waiting) throw new Error(`${this.#board.path} is not tried again`);
  }

  async close(): Promise<void> {
    this.#retry.stop();
    this.#device?.close();
    this.#device = null;
    this.#hook.close();
    this.#keypad.close();
    this.#told.close();
  }

  #open(): void {
    this.#typed.reset();
    this.#device = new InputDevice(this.#board.path, this.#evtest, {
      says: (what) => this.#says(what),
      lost: (why) => this.#lost(why),
    });
  }

  #says(what: EvtestSays): void {
    if (what.type === 'key') {
      this.#key(what.code, what.down);
    } else if (what.type === 'grabbed') {
      this.#device?.lose('another program has taken it for itself');
    } else {
      // Opened, or events were dropped: how things stand is asked for.
      this.#typed.reset();
      this.#keypad.releaseAll();
      this.#askHook();
    }
  }

  #key(code: string, down: boolean): void {
    const { hook, volume } = this.#board;
    if (code === hook.key) {
      this.#overtaken = true;
      if (this.#state === 'ok') this.#hook.read(this.#level(down));
      else this.#found(down);
      return;
    }
    const key = this.#typed.type(code, down);
    // What was typed before the hook is known belongs to nothing.
    if (this.#state !== 'ok') return;
    if (key !== null) {
      if (down) this.#hook.confirm('off');
      this.#keypad.edge(key, down ? 'down' : 'up');
    } else if (down && (code === volume.up || code === volume.down)) {
      this.#told.tell({ type: 'volume', direction: code === volume.up ? 'up' : 'down' });
    }
  }

  #askHook(): void {
    this.#overtaken = false;
    this.#device?.query(this.#board.hook.key, (down) => {
      if (this.#state !== 'ok') this.#found(down);
      else if (!this.#overtaken) this.#hook.read(this.#level(down));
    });
  }

  #level(down: boolean): 'on' | 'off' {
    return down === (this.#board.hook.lifted === 'down') ? 'off' : 'on';
  }

  #found(hookDown: boolean): void {
    const { path } = this.#board;
    this.#state = 'ok';
    this.#why = '';
    this.#retry.steady();
    this.#log.info({ path }, 'the handset is there');
    this.#told.tell({ type: 'board', state: 'ok', detail: path });
    this.#hook.settle(this.#level(hookDown));
  }

  #lost(why: string): void {
    this.#device = null;
    this.#retry.after(() => this.#open());
    const { path } = this.#board;
    if (why !== this.#why) {
      const remedy = REMEDIES.find(([pattern]) => pattern.test(why))?.[1];
      this.#log.warn({ path }, `handset: ${why}${remedy ? `: ${remedy}` : ''}; trying on`);
      this.#why = why;
    }
    if (this.#state === 'fault') return;
    this.#state = 'fault';
    this.#keypad.releaseAll();
    this.#hook.close();
    this.#told.tell({ type: 'board', state: 'fault', detail: `${path}: ${why}` });
  }
}

/**
 * Opens a USB handset. Never fails: what is wrong is told as a `board` fault, and tried again. `evtest` is the program
 * that reads it, with its first arguments.
 */
export function openInput(board: InputBoard, log: Logger, evtest: readonly string[] = EVTEST): Hardware {
  return new InputPhone(board, log, evtest);
}
