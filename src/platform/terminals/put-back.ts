import { Quota } from '../link/quota.ts';

/** On one topic something is put back so often at most, ms: whoever writes there again and again shall not make us as busy. */
const AT_MOST_EVERY = 250;
/** What is put comes back by then, where it was taken, ms. */
const RETURNED = 5_000;

/** Puts `payload` on a topic, to stand there; an empty one clears it. */
export type Put = (topic: string, payload: string) => void;

/** Has on each topic at the broker stand what should, as soon as it is there. */
export class PutBack {
  readonly #wanted: (topic: string) => string;
  readonly #denied: (topic: string) => void;
  #put: Put | null = null;
  /** What was put and has not come back yet, by topic. */
  readonly #echoes = new Map<string, { readonly late: NodeJS.Timeout; readonly texts: Set<string> }>();
  /** To be put back when all is heard: the first are handed over before the last is asked for. */
  readonly #owed = new Set<string>();
  readonly #pending = new Map<string, NodeJS.Timeout>();
  readonly #lastPut = new Quota(1, 1_000 / AT_MOST_EVERY);

  /** `denied` is told of a topic from which nothing comes back: MQTT 3.1.1 acknowledges what it denies. */
  constructor(wanted: (topic: string) => string, denied: (topic: string) => void) {
    this.#wanted = wanted;
    this.#denied = denied;
  }

  linked(put: Put): void {
    this.#put = put;
    for (const topic of this.#owed) this.on(topic);
    this.#owed.clear();
  }

  unlinked(): void {
    this.#put = null;
    this.#owed.clear();
    for (const { late } of this.#echoes.values()) clearTimeout(late);
    this.#echoes.clear();
    for (const timer of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }

  /** Puts what should stand on a topic there. */
  on(topic: string): void {
    if (this.#put === null) this.#owed.add(topic);
    if (this.#put === null || this.#pending.has(topic)) return;
    if (this.#lastPut.take(topic) === null) {
      const later = () => {
        this.#pending.delete(topic);
        this.on(topic);
      };
      this.#pending.set(topic, setTimeout(later, AT_MOST_EVERY));
      return;
    }
    const text = this.#wanted(topic);
    const before = this.#echoes.get(topic);
    if (before) clearTimeout(before.late);
    const late = setTimeout(() => {
      this.#echoes.delete(topic);
      this.#denied(topic);
    }, RETURNED);
    this.#echoes.set(topic, { late, texts: (before?.texts ?? new Set()).add(text) });
    this.#put(topic, text);
  }

  /** What should stand there does already: nothing is to be put. */
  stands(topic: string): void {
    const timer = this.#pending.get(topic);
    if (timer) clearTimeout(timer);
    this.#pending.delete(topic);
  }

  /** Whether it is what was put there from here. */
  returned(topic: string, text: string): boolean {
    const echoes = this.#echoes.get(topic);
    if (!echoes?.texts.delete(text)) return false;
    if (echoes.texts.size > 0) return true;
    clearTimeout(echoes.late);
    this.#echoes.delete(topic);
    return true;
  }
}
