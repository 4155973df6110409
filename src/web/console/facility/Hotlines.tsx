import { useState } from 'preact/hooks';
import { HotlinesOfFacility } from '../../../protocol/api/facilities.ts';
import { useAsked } from '../view/useAsked.ts';
import { words } from '../words/words.ts';
import { HotlineDialog } from './HotlineDialog.tsx';
import { Part } from './Part.tsx';

/** What phones dial without a PIN and with the platform down: a list that is signed in this browser. */
export function Hotlines({ path }: { path: `/${string}` }) {
  const w = words.value;
  const { answer, wrong, again } = useAsked(`${path}/hotlines`, HotlinesOfFacility);
  const [editing, setEditing] = useState(false);
  return (
    <Part title={w.facility.hotlines} button={w.callers.change} onPress={() => setEditing(true)}>
      {wrong && <p class="wrong">{wrong}</p>}
      {answer?.sequence === 0 && <p class="quiet">{w.facility.ownLists}</p>}
      <ul class="lines">
        {answer?.hotlines.map(({ code, number, limit, privileged, hidden }) => (
          <li key={code}>
            <b>{code}</b> {number} · {w.callers.minutes(limit / 60_000)}{' '}
            {privileged && <span class="tagged">{w.live.private}</span>}{' '}
            {hidden && <span class="tagged">{w.facility.hidden}</span>}
          </li>
        ))}
      </ul>
      {editing && answer && (
        <HotlineDialog path={path} list={answer} onClose={() => setEditing(false)} onDone={again} />
      )}
    </Part>
  );
}
