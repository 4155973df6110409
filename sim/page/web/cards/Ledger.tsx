import { clock } from '../../../../src/web/kit/clock.ts';
import { ledger } from '../state.ts';
import { timeOfDay, zoneName } from '../view/time.ts';
import { endedWell, endingWords, money, RECORDING_WORDS } from '../words.ts';

/** What the platform keeps of each call, newest first. */
export function Ledger() {
  const lines = [...ledger.value].sort((a, b) => b.lifted - a.lifted);
  if (lines.length === 0) return <p class="empty">Each lift of the handset leaves one record here.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label="Ledger">
      <table class="ledger">
        <thead>
          <tr>
            <th scope="col">Lifted ({zoneName})</th>
            <th scope="col">Caller and number</th>
            <th scope="col">Talked</th>
            <th scope="col">Charge</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.call}>
              <td>{timeOfDay(line.lifted)}</td>
              <td>
                {line.caller ?? 'not identified'} <span class="quiet">{line.number ?? 'no number'}</span>
                {line.privileged && <span class="tag">{RECORDING_WORDS.private}</span>}
                <div class={endedWell(line.ending) ? 'quiet' : 'quiet badly'}>
                  {endingWords(line.ending)}
                  {line.bound && ` Limit: ${line.bound}.`}
                </div>
              </td>
              <td>{clock(line.talked)}</td>
              <td>{money(line.charged, true)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
