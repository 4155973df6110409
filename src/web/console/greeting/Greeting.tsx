import { useState } from 'preact/hooks';
import { GreetingOfFacility, GreetingsOfFacility } from '../../../protocol/api/greeting.ts';
import { GREETING_RATE } from '../../../protocol/greeting.ts';
import type { Language } from '../../../protocol/units.ts';
import { may } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { Part } from '../facility/Part.tsx';
import { telling } from '../view/telling.ts';
import { useAsked } from '../view/useAsked.ts';
import { timeOf, words } from '../words/words.ts';
import { GreetingDialog } from './GreetingDialog.tsx';
import { play } from './playing.ts';
import { fromBase64, toBase64 } from './sound.ts';

/** How the facility says its own name to whom its callers call, in each language. */
export function Greeting({ path }: { path: `/${string}` }) {
  const w = words.value.greeting;
  const { answer, wrong, again } = useAsked(`${path}/greeting`, GreetingsOfFacility);
  const [recording, setRecording] = useState<Language | null>(null);
  const send = async (language: Language, sound: Uint8Array | null): Promise<void> => {
    await ask('PUT', `${path}/greeting/${language}`, GreetingOfFacility, { sound: sound && toBase64(sound) });
    again();
  };
  return (
    <Part title={w.title}>
      {wrong && <p class="wrong">{wrong}</p>}
      <p class="quiet">{w.says}</p>
      <ul class="lines">
        {answer?.items.map((one) => (
          <One
            key={one.language}
            of={one}
            onRecord={() => setRecording(one.language)}
            onTakeBack={telling(() => send(one.language, null))}
          />
        ))}
      </ul>
      {recording && (
        <GreetingDialog
          language={recording}
          send={(sound) => send(recording, sound)}
          onClose={() => setRecording(null)}
        />
      )}
    </Part>
  );
}

function One(props: { of: GreetingOfFacility; onRecord: () => void; onTakeBack: () => void }) {
  const w = words.value;
  const { language, since, sound } = props.of;
  const name = w.callers.languages[language];
  const bytes = sound === null ? null : fromBase64(sound);
  const button = (text: string, press: () => void) => (
    <button type="button" class="plain" aria-label={`${text}: ${name}`} onClick={press}>
      {text}
    </button>
  );
  return (
    <li class="person">
      <div>
        <b>{name}</b>{' '}
        {bytes === null || since === null
          ? w.greeting.ownFile
          : `${w.facility.seconds(Math.round(bytes.length / (GREETING_RATE / 10)) / 10)}, ${w.live.since(timeOf(since))}`}
      </div>
      <span class="sheet-buttons">
        {bytes && button(w.greeting.hear, () => void play(bytes))}
        {may('facility.change') && button(w.callers.change, props.onRecord)}
        {bytes && may('facility.change') && button(w.greeting.takeBack, props.onTakeBack)}
      </span>
    </li>
  );
}
