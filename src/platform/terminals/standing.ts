import type { FacilityId } from '../../protocol/units.ts';

/** What a message on a topic is: what should stand there, what is newer and was taken, or what must not stand there. */
export type Weighed = { readonly result: 'right' | 'newer' } | { readonly result: 'wrong'; readonly reason: string };

/** What stands by all of these, none of whose topics another has. */
export const standingOf = (...all: readonly Standing[]): Standing => ({
  get standing() {
    return new Map(all.flatMap(({ standing }) => [...standing]));
  },
  weigh: async (facility, topic, text) => {
    const one = all.find(({ standing }) => standing.has(topic));
    return one ? one.weigh(facility, topic, text) : { result: 'wrong', reason: 'nothing stands there' };
  },
});

/** Signed texts that stand on retained topics of facilities, each newer than the one before it. */
export interface Standing {
  /** What should stand on each topic; null where nothing was there yet. */
  readonly standing: ReadonlyMap<string, string | null>;
  /**
   * Weighs what came on one of its topics; what is newer is taken: another platform may have been given it.
   * @throws Error where the database is not there
   */
  weigh(facility: FacilityId, topic: string, text: string): Promise<Weighed>;
}
