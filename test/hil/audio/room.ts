import type { Writable } from 'node:stream';
import { Program } from '../../../src/terminal/audio/device/program.ts';
import type { Card } from './card.ts';

/** What happens between earpiece and microphone. */
export type Acoustics = 'handset' | 'open-earpiece' | 'open-microphone' | 'shorted-cord' | 'tone';

/** Hz of the tone that the microphone hears in the room of `tone`. */
export const ROOM_TONE = 1_000;

/** Sound kept of what the earpiece said, samples: at least a second. */
const KEPT = 65_536;

/** The far side of the card: hears what the phone plays and plays what its microphone hears, through arecord and aplay as well. */
export class Room {
  acoustics: Acoustics = 'tone';
  readonly #card: Card;
  /** Samples a second of the card. */
  readonly rate: number;
  #programs: Program[] = [];
  #mouth: Writable | null = null;
  readonly #heard = new Int16Array(KEPT);
  #samples = 0;
  /** The last samples, for what is heard twice. */
  readonly #past = new Float64Array(64);
  #low = 0;
  #seed = 1;

  constructor(card: Card, rate: number) {
    this.#card = card;
    this.rate = rate;
  }

  /** Starts both programs, and again whenever they end: a card that is pulled takes them with it. */
  start(): void {
    const common = ['--quiet', '--file-type=raw', '--format=S16_LE', `--rate=${this.rate}`, '--channels=1'];
    const buffer = ['--buffer-time=400000', '--period-time=20000'];
    const at = (sub: number) => `--device=hw:CARD=${this.#card.id},DEV=1,SUBDEV=${sub}`;
    const died = (detail: string) => process.stderr.write(`room: ${detail}\n`);
    const ear = new Program(['arecord', at(0), ...common, ...buffer], {
      died,
      started: ({ stdout }) => {
        let odd: Buffer = Buffer.alloc(0);
        stdout?.on('data', (chunk: Buffer) => {
          const bytes = Buffer.concat([odd, chunk]);
          odd = bytes.subarray(bytes.length & ~1);
          this.#say(this.#pass(bytes));
        });
      },
    });
    const mouth = new Program(['aplay', at(1), ...common, ...buffer], {
      died,
      started: ({ stdin }) => {
        this.#mouth = stdin;
      },
    });
    this.#programs = [ear, mouth];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#programs.splice(0).map((program) => program.close()));
  }

  /** The last `seconds` of the earpiece. */
  heard(seconds: number): Int16Array {
    const count = seconds * this.rate;
    return Int16Array.from({ length: count }, (_, n) => this.#heard[(this.#samples - count + n + KEPT) % KEPT] ?? 0);
  }

  /** No more waits for a program that is held up than half a second. */
  #say(bytes: Buffer): void {
    const mouth = this.#mouth;
    if (mouth?.writable && mouth.writableLength < this.rate) mouth.write(bytes);
  }

  #pass(bytes: Buffer): Buffer {
    const count = bytes.length >> 1;
    const out = Buffer.alloc(2 * count);
    for (let n = 0; n < count; n++) {
      const played = bytes.readInt16LE(2 * n);
      this.#heard[this.#samples % KEPT] = played;
      const value = this.#microphone(played);
      this.#samples += 1;
      out.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(value))), 2 * n);
    }
    return out;
  }

  #microphone(played: number): number {
    const at = this.#samples % 64;
    this.#past[at] = played;
    switch (this.acoustics) {
      case 'handset':
        return 0.01 * (played + 0.7 * (this.#past[(at + 64 - this.rate / 1_600) % 64] ?? 0)) + this.#noise();
      case 'open-earpiece':
        return this.#noise();
      case 'open-microphone':
        return 40 * Math.sin((2 * Math.PI * 50 * this.#samples) / this.rate) + this.#chance();
      case 'shorted-cord':
        return 0.8 * played;
      case 'tone':
        return 8_000 * Math.sin((2 * Math.PI * ROOM_TONE * this.#samples) / this.rate);
    }
  }

  #chance(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) | 0;
    return this.#seed / 2_147_483_648;
  }

  /** A room at about -56 dBFS. */
  #noise(): number {
    this.#low += 0.2 * (300 * this.#chance() - this.#low);
    return this.#low;
  }
}
