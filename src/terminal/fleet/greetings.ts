import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { replaceFile, syncFolder } from '../../protocol/durable.ts';
import { type CentralGreeting, faultOf, verifyGreeting } from '../../protocol/greeting.ts';
import { SignatureError } from '../../protocol/signed.ts';
import { greetingTopic } from '../../protocol/topics.ts';
import { LANGUAGES, type Language } from '../../protocol/units.ts';
import { openDocument } from '../storage/document.ts';
import type { Document } from '../storage/port.ts';
import { textOf } from './message.ts';
import type { FleetOptions } from './options.ts';
import { OrderRefused, orRefused } from './refused.ts';

/** Sequence of the last that was taken, by language. */
const Taken = z.record(z.string(), z.int().positive());
type Taken = z.infer<typeof Taken>;

const FILE = 'greetings.json';

/** Where the recordings lie that came from the facility: `<language>/facility-name.ulaw`, G.711 mu-law, 8 kHz. */
export const centralRecordings = (folder: string): string => join(folder, 'greeting');

/** How the facility says its own name: taken from its topics and laid down as files, from which it is heard by the next greeting. */
export class Greetings {
  readonly topics: readonly string[];
  readonly #options: Pick<FleetOptions, 'facility' | 'keys' | 'folder'>;
  readonly #taken: Document<Taken>;
  readonly #log: Logger;
  /** One is taken at a time. */
  #last: Promise<void> = Promise.resolve();

  private constructor(options: Pick<FleetOptions, 'facility' | 'keys' | 'folder' | 'log'>, taken: Document<Taken>) {
    this.topics = LANGUAGES.map((language) => greetingTopic(options.facility, language));
    this.#options = options;
    this.#taken = taken;
    this.#log = options.log;
  }

  static async open(options: Pick<FleetOptions, 'facility' | 'keys' | 'folder' | 'log'>): Promise<Greetings> {
    const taken = await openDocument(join(options.folder, FILE), Taken, {}, { log: options.log });
    return new Greetings(options, taken);
  }

  /**
   * Takes what came on one of the topics; resolves when it is on the disk.
   * @throws OrderRefused where it is not to be believed, old or no speech; Malformed where it is too large
   */
  receive(topic: string, payload: Uint8Array): Promise<void> {
    const taken = this.#last.then(() => this.#take(topic, payload));
    this.#last = taken.catch(() => undefined);
    return taken;
  }

  async #take(topic: string, payload: Uint8Array): Promise<void> {
    const text = textOf(payload);
    if (text === '') throw new OrderRefused('empty: the greeting stays as it is');
    const { language, sequence, sound } = await orRefused(this.#believed(topic, text));
    const last = this.#taken.value[language] ?? 0;
    if (sequence === last) return;
    if (sequence < last) throw new OrderRefused(`old greeting: the sequence is ${sequence}, ${last} is known`);
    const bytes = sound === null ? null : Buffer.from(sound, 'base64');
    const fault = bytes && faultOf(bytes);
    if (fault) throw new OrderRefused(`greeting: ${fault}`);
    await this.#lay(language, bytes);
    await this.#taken.write({ ...this.#taken.value, [language]: sequence });
    this.#log.info({ language, sequence, own: bytes === null }, 'how the facility says its name is another now');
  }

  async #believed(topic: string, jws: string): Promise<CentralGreeting> {
    const { facility, keys } = this.#options;
    const greeting = await verifyGreeting(jws, keys.platform.replies);
    if (greeting.facility !== facility) throw new SignatureError(`is for facility ${greeting.facility}`);
    if (topic !== greetingTopic(facility, greeting.language)) throw new SignatureError('is for another language');
    return greeting;
  }

  /** Whole or not at all; the sequence is written after it, so that what is cut off is taken anew. */
  async #lay(language: Language, sound: Uint8Array | null): Promise<void> {
    const path = join(centralRecordings(this.#options.folder), language, 'facility-name.ulaw');
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    if (sound) return replaceFile(path, sound);
    await rm(path, { force: true });
    await syncFolder(dirname(path));
  }
}
