import { here } from '../account/session.ts';
import { words } from '../words/words.ts';
import { tallies } from './phones.ts';
import type { Tally } from './tally.ts';

const SHOWN = [
  'phones',
  'talking',
  'offHook',
  'notAnswering',
  'lockedDown',
  'faults',
] as const satisfies (keyof Tally)[];
/** Where more than none is no good news. */
const TINT: Partial<Record<keyof Tally, string>> = {
  talking: 'good',
  notAnswering: 'bad',
  lockedDown: 'warn',
  faults: 'bad',
};

/** The facility in a few figures. */
export function Figures() {
  const w = words.value.live;
  const { all } = tallies.value;
  return (
    <section class="facility" aria-labelledby="facility">
      <h2 id="facility">{here.value?.name}</h2>
      <dl class="tally" aria-label={w.figures}>
        {SHOWN.map((name) => (
          <div key={name} class={all[name] > 0 ? (TINT[name] ?? '') : ''}>
            <dt>{w[name]}</dt>
            <dd>{all[name]}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
