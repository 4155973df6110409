import { useState } from 'preact/hooks';
import { SettingsOfFacility } from '../../../protocol/api/facilities.ts';
import { type PhoneSettings, USUAL_SETTINGS } from '../../../protocol/phone-settings.ts';
import { ask } from '../api/ask.ts';
import { Facts } from '../view/Facts.tsx';
import { useAsked } from '../view/useAsked.ts';
import { words } from '../words/words.ts';
import { Part } from './Part.tsx';
import { SettingsDialog } from './SettingsDialog.tsx';
import { DIGITS } from './settings-form.ts';
import { useTaken } from './useTaken.ts';

/** How the phones of the facility treat every call, and how many of them know it. */
export function PhoneRules({ path }: { path: `/${string}` }) {
  const w = words.value;
  const { answer, wrong, again } = useAsked(`${path}/phone-settings`, SettingsOfFacility);
  const { taken, phones } = useTaken(answer?.sequence ?? 0);
  const [editing, setEditing] = useState(false);
  const settings = answer?.settings ?? null;
  const send = async (wanted: PhoneSettings): Promise<void> => {
    await ask('PUT', `${path}/phone-settings`, SettingsOfFacility, wanted);
    again();
  };
  return (
    <Part title={w.facility.phones} button={w.callers.change} onPress={() => setEditing(true)}>
      {wrong && <p class="wrong">{wrong}</p>}
      {answer && settings === null && <p class="quiet">{w.facility.ownFiles}</p>}
      {answer && settings && (
        <>
          <p class="quiet" role="status">
            {w.facility.taken(taken, phones)}
          </p>
          <Facts facts={factsOf(settings)} />
        </>
      )}
      {editing && (
        <SettingsDialog settings={settings ?? USUAL_SETTINGS} send={send} onClose={() => setEditing(false)} />
      )}
    </Part>
  );
}

function factsOf(settings: PhoneSettings): Parameters<typeof Facts>[0]['facts'] {
  const w = words.value;
  const { levels } = settings;
  const seconds = (ms: number) => w.facility.seconds(ms / 1_000);
  return [
    [w.callers.language, settings.languages.map((one) => w.callers.languages[one]).join(', ')],
    [w.facility.pin, w.facility.pinOf(settings.pinLength, settings.pinTries)],
    [w.facility.stall, `${seconds(settings.stall)} × ${settings.stallTries}`],
    [w.facility.ring, seconds(settings.ring)],
    [w.facility.accept, seconds(settings.accept)],
    [w.facility.calledPresses, DIGITS.map((name) => `${settings[name]} ${w.facility.digits[name]}`)],
    [w.callers.limit, w.callers.minutes(settings.limit / 60_000)],
    [w.facility.warnings, settings.warnings.map(seconds).join(', ') || w.none],
    [w.facility.levels, w.facility.levelsOf(levels.caller, levels.callee)],
  ];
}
