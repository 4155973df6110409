import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { believeHotlines } from '../../protocol/authority.ts';
import type { HotlineList, TerminalStatus } from '../../protocol/messages.ts';
import { type CentralSettings, verifySettings } from '../../protocol/phone-settings.ts';
import { SignatureError, verifyHotlines } from '../../protocol/signing.ts';
import { hotlinesTopic, settingsTopic } from '../../protocol/topics.ts';
import { openDocument } from '../storage/document.ts';
import type { Document } from '../storage/port.ts';
import type { Keys } from './keys.ts';
import { textOf } from './message.ts';
import type { FleetOptions } from './options.ts';
import type { FleetEvent } from './port.ts';
import { OrderRefused, orRefused } from './refused.ts';

/** Both as they were signed; null before any came. */
const Kept = z.strictObject({ settings: z.string().nullable(), hotlines: z.string().nullable() });
type Kept = z.infer<typeof Kept>;

const FILE = 'settings.json';
const NONE: Kept = { settings: null, hotlines: null };

type CentralOptions = Pick<FleetOptions, 'facility' | 'keys' | 'folder' | 'log'>;
type Told = Exclude<Extract<TerminalStatus, { online: true }>['settings'], undefined>;

/** What all phones of a facility take from it without being started anew: their settings, and the list of hotlines. */
export class Central {
  readonly topics: readonly [settings: string, hotlines: string];
  readonly #options: CentralOptions;
  readonly #keys: Keys;
  readonly #document: Document<Kept>;
  readonly #emit: (event: FleetEvent) => void;
  readonly #log: Logger;
  #kept: Kept;
  #settings: CentralSettings | null = null;
  #hotlines: HotlineList | null = null;
  /** A list that is by no key that counts yet. */
  #unbelieved: string | null = null;

  private constructor(
    options: CentralOptions,
    keys: Keys,
    document: Document<Kept>,
    emit: (event: FleetEvent) => void,
  ) {
    this.topics = [settingsTopic(options.facility), hotlinesTopic(options.facility)];
    this.#options = options;
    this.#keys = keys;
    this.#document = document;
    this.#emit = emit;
    this.#log = options.log;
    this.#kept = document.value;
  }

  /** Opens it with what is stored and still to be believed. */
  static async open(options: CentralOptions, keys: Keys, emit: (event: FleetEvent) => void): Promise<Central> {
    const document = await openDocument(join(options.folder, FILE), Kept, NONE, { log: options.log });
    const central = new Central(options, keys, document, emit);
    const { settings, hotlines } = document.value;
    if (settings !== null) central.#settings = await central.#settingsIn(settings).catch(asNone);
    if (hotlines !== null) central.#hotlines = await central.#hotlinesIn(hotlines).catch(asNone);
    return central;
  }

  /** As it stands, for who is told of it first. */
  get events(): readonly FleetEvent[] {
    const { settings } = this.#settings ?? {};
    const { hotlines } = this.#hotlines ?? {};
    return [
      ...(settings ? [{ type: 'settings' as const, settings }] : []),
      ...(hotlines ? [{ type: 'hotlines' as const, hotlines }] : []),
    ];
  }

  /** For the status. */
  get told(): Told {
    return { sequence: this.#settings?.sequence ?? 0, hotlines: this.#hotlines?.sequence ?? 0 };
  }

  /**
   * Takes what came on one of the topics; resolves when it is on the disk.
   * @throws OrderRefused where it is not to be believed or old; Malformed where it is too large
   */
  async receive(topic: string, payload: Uint8Array): Promise<void> {
    const text = textOf(payload);
    if (text === '') throw new OrderRefused('empty: what was set stays as it is');
    if (topic === this.topics[0]) await this.#takeSettings(text);
    else await this.#takeHotlines(text);
  }

  /** Other keys count than before: a list that was not to be believed may be now. */
  async keysChanged(): Promise<void> {
    if (this.#unbelieved === null) return;
    await this.#takeHotlines(this.#unbelieved).catch((error: unknown) => {
      // It was said when it came.
      if (!(error instanceof OrderRefused)) throw error;
    });
  }

  async #takeSettings(jws: string): Promise<void> {
    if (jws === this.#kept.settings && this.#settings) return;
    const came = await orRefused(this.#settingsIn(jws));
    mustBeNewer(came.sequence, this.#settings?.sequence ?? 0, 'settings');
    this.#settings = came;
    await this.#keep({ ...this.#kept, settings: jws });
    this.#emit({ type: 'settings', settings: came.settings });
  }

  async #takeHotlines(jws: string): Promise<void> {
    this.#unbelieved = null;
    if (jws === this.#kept.hotlines && this.#hotlines) return;
    const came = await orRefused(this.#hotlinesIn(jws)).catch((error: unknown) => {
      this.#unbelieved = jws;
      throw error;
    });
    mustBeNewer(came.sequence, this.#hotlines?.sequence ?? 0, 'list of hotlines');
    this.#hotlines = came;
    await this.#keep({ ...this.#kept, hotlines: jws });
    this.#emit({ type: 'hotlines', hotlines: came.hotlines });
  }

  async #settingsIn(jws: string): Promise<CentralSettings> {
    const settings = await verifySettings(jws, this.#options.keys.platform.replies);
    this.#mustBeOurs(settings.facility);
    return settings;
  }

  async #hotlinesIn(jws: string): Promise<HotlineList> {
    const { keys } = this.#options;
    // The root needs no set to sign a list.
    const byRoot = 'root' in keys ? await verifyHotlines(jws, { keys: [keys.root] }).catch(asNone) : null;
    const list = byRoot?.list ?? (await believeHotlines(jws, this.#keys.authority));
    this.#mustBeOurs(list.facility);
    return list;
  }

  #mustBeOurs(facility: string): void {
    if (facility !== this.#options.facility) throw new SignatureError(`is for facility ${facility}`);
  }

  /** What cannot be stored holds all the same: after a power cut the broker hands it over anew. */
  async #keep(kept: Kept): Promise<void> {
    this.#kept = kept;
    await this.#document.write(kept).catch((err: unknown) => {
      this.#log.error({ err }, 'settings hold but are not stored');
    });
  }
}

function mustBeNewer(sequence: number, last: number, what: string): void {
  if (sequence <= last) throw new OrderRefused(`old ${what}: the sequence is ${sequence}, ${last} is known`);
}

function asNone(error: unknown): null {
  if (error instanceof SignatureError) return null;
  throw error;
}
