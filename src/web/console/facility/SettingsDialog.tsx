import type { PhoneSettings } from '../../../protocol/phone-settings.ts';
import { LANGUAGES } from '../../../protocol/units.ts';
import { FormDialog } from '../view/FormDialog.tsx';
import { words } from '../words/words.ts';
import { DIGITS, LEVELS, SECONDS, settingsIn } from './settings-form.ts';

/** How phones treat every call, to be changed; it holds from the next lift on. */
export function SettingsDialog(props: {
  settings: PhoneSettings;
  /** @throws Problem */
  send: (settings: PhoneSettings) => Promise<void>;
  onClose: () => void;
}) {
  const w = words.value.facility;
  const { callers } = words.value;
  const { settings, send, onClose } = props;
  const figure = (name: string, label: string, value: number, step = 1) => (
    <label key={name} class="field">
      {label}
      <input type="number" name={name} required step={step} defaultValue={value} />
    </label>
  );
  return (
    <FormDialog title={w.phones} onClose={onClose} send={(form) => send(settingsIn(form))}>
      <p class="quiet">{w.fromNextLift}</p>
      <fieldset>
        <legend>{callers.language}</legend>
        {LANGUAGES.map((one) => (
          <label key={one} class="tick">
            <input type="checkbox" name={`language-${one}`} defaultChecked={settings.languages.includes(one)} />{' '}
            {callers.languages[one]}
          </label>
        ))}
        <label class="field">
          {w.firstLanguage}
          <select name="firstLanguage" defaultValue={settings.languages[0] ?? 'en'}>
            {LANGUAGES.map((one) => (
              <option key={one} value={one}>
                {callers.languages[one]}
              </option>
            ))}
          </select>
        </label>
      </fieldset>
      {figure('pinLength', w.pinLength, settings.pinLength)}
      {figure('pinTries', w.pinTries, settings.pinTries)}
      {figure('stallTries', w.stallTries, settings.stallTries)}
      {SECONDS.map((name) => figure(name, `${w[name]}, ${w.inSeconds}`, settings[name] / 1_000))}
      <fieldset>
        <legend>{w.calledPresses}</legend>
        {DIGITS.map((name) => (
          <label key={name} class="field">
            {w.digits[name]}
            <input type="text" name={name} required pattern="[0-9]" inputMode="numeric" defaultValue={settings[name]} />
          </label>
        ))}
      </fieldset>
      {figure('limit', callers.limitMinutes, settings.limit / 60_000)}
      <label class="field">
        {w.warnings}, {w.inSeconds}
        <input type="text" name="warnings" defaultValue={settings.warnings.map((ms) => ms / 1_000).join(', ')} />
        <small>{w.warningsHint}</small>
      </label>
      <fieldset>
        <legend>{w.levels}</legend>
        {LEVELS.map(([ear, what]) => figure(`${ear}-${what}`, w.level[ear][what], settings.levels[ear][what], 0.5))}
      </fieldset>
    </FormDialog>
  );
}
