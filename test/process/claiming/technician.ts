import { setTimeout as pause } from 'node:timers/promises';
import { FACILITY, UNIT } from '../../../sim/world/folder.ts';
import type { Box } from './box.ts';
import type { ClaimedSite } from './site.ts';

/** Steps of a claim, as whoever looks on sees them. */
export type Step = 'asked' | 'typed' | 'claimed' | 'up';

/** So long he waits for a phone that he has hung up to be one, before he listens again, ms. */
const PATIENCE = 5_000;

/** A technician who fits phones by the platform's API, and does what phone and page ask him for until it is done. */
export class Technician {
  readonly #site: ClaimedSite;
  readonly #token: string;

  constructor(site: ClaimedSite, token: string) {
    this.#site = site;
    this.#token = token;
  }

  /**
   * Resolves when the box is a phone. `place` is asked for at each code, which is another where the box was started anew.
   * @param tell each step as it comes, and again where it comes again
   */
  async fit(box: Box, place: () => string, tell: (step: Step) => void): Promise<void> {
    const typed = new Set<string>();
    let replace = false;
    let hungUp = Number.NEGATIVE_INFINITY;
    while (!box.isUp) {
      const heard = await this.#hears(box);
      if (heard === null || typed.has(heard.id)) {
        // One that was started anew says another code.
        if (performance.now() - hungUp > PATIENCE) box.board.lift();
      } else {
        tell('asked');
        const answer = this.#types(heard.code, place(), replace);
        tell('typed');
        const said = await answer;
        if (said === 'claimed') {
          tell('claimed');
          box.board.hangUp();
          hungUp = performance.now();
        }
        replace = said === 'taken';
        if (said === 'claimed' || said === 'gone') typed.add(heard.id);
      }
      await pause(50);
    }
    box.board.hangUp();
    tell('up');
  }

  /** The last code of the box, that of a run which is over too: it is what he has in his ear. */
  async #hears(box: Box): Promise<{ id: string; code: string } | null> {
    const key = await box.key();
    if (key === null) return null;
    const question =
      'select id, code from boxes where thumbprint = $1 and code is not null order by asked desc limit 1';
    const { rows } = await this.#site.database.query<{ id: string; code: string }>(question, [key.kid]);
    return rows[0] ?? null;
  }

  /** What the page says: `gone` is a code that is good no more, so that the next is wanted; of nothing he presses again. */
  async #types(code: string, terminal: string, replace: boolean): Promise<'claimed' | 'taken' | 'gone' | 'nothing'> {
    const response = await fetch(`${this.#site.platform.url}/api/facilities/${FACILITY}/claims`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ code, terminal, unit: UNIT, replace }),
    }).catch(() => null);
    const text = await response?.text().catch(() => null);
    if (!response || typeof text !== 'string') return 'nothing';
    if (response.status === 201) return 'claimed';
    if (response.status === 404 || text.includes('used already')) return 'gone';
    if (text.includes('this one replaces it')) return 'taken';
    if (response.status === 503) return 'nothing';
    throw new Error(`the page says ${response.status}: ${text}`);
  }
}
