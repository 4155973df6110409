import type { LivePhone } from '../../../protocol/api/live.ts';
import type { TerminalId } from '../../../protocol/units.ts';
import { timeOf, words } from '../words/words.ts';
import { rowOf, shape } from './phones.ts';

type Test = NonNullable<LivePhone['test']>;

/** The last self-test of a phone as it is known now; the component that asks is shown anew when there is another. */
export function testOf(terminal: TerminalId): Test | null {
  // A phone that is not known yet may come.
  void shape.value;
  return rowOf(terminal)?.value.phone.test ?? null;
}

/** What a phone found when it tried itself out, and what is to be done. */
export function SelfTest({ test }: { test: Test }) {
  const w = words.value.test;
  const tint = { passed: 'good', incomplete: 'warn', failed: 'bad' } as const;
  return (
    <div class="self-test">
      <span class={`tagged ${tint[test.verdict]}`}>{w.verdict[test.verdict]}</span>{' '}
      <span class="quiet">{timeOf(test.ended)}</span>
      {test.failed.length > 0 && (
        <ul>
          {test.failed.map(({ part, detail, remedy }) => (
            <li key={part}>
              <b>{w.part[part]}</b>: {detail}
              {remedy !== null && <p>{remedy}</p>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
