import { PhoneSettings } from '../../../protocol/phone-settings.ts';
import { LANGUAGES, type Millis } from '../../../protocol/units.ts';
import { parse } from '../api/ask.ts';
import { textOf } from '../view/useForm.ts';

/** The digits of a called party, in the order in which they are asked for. */
export const DIGITS = ['acceptDigit', 'refuseDigit', 'rateDigit', 'blockDigit', 'blockAllDigit'] as const;

/** Fields of times: in seconds, or minutes. */
export const SECONDS = ['stall', 'ring', 'accept'] as const;

/** Whose ear, and what is heard in it. */
export const LEVELS = [
  ['caller', 'voice'],
  ['caller', 'prompt'],
  ['callee', 'voice'],
  ['callee', 'prompt'],
] as const;

const numberIn = (form: FormData, name: string): number => Number(textOf(form, name));
const secondsIn = (form: FormData, name: string) => Math.round(numberIn(form, name) * 1_000) as Millis;

/** What the form of the settings says. @throws Problem */
export function settingsIn(form: FormData): PhoneSettings {
  const level = (ear: string, what: string) => numberIn(form, `${ear}-${what}`);
  const first = textOf(form, 'firstLanguage');
  const languages = LANGUAGES.filter((one) => form.has(`language-${one}`) || one === first);
  return parse(PhoneSettings, {
    languages: languages.sort((a, b) => Number(b === first) - Number(a === first)),
    ...Object.fromEntries(['pinLength', 'pinTries', 'stallTries'].map((name) => [name, numberIn(form, name)])),
    ...Object.fromEntries(SECONDS.map((name) => [name, secondsIn(form, name)])),
    ...Object.fromEntries(DIGITS.map((name) => [name, textOf(form, name)])),
    limit: numberIn(form, 'limit') * 60_000,
    warnings: textOf(form, 'warnings')
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map((text) => Number(text) * 1_000),
    levels: {
      caller: { voice: level('caller', 'voice'), prompt: level('caller', 'prompt') },
      callee: { voice: level('callee', 'voice'), prompt: level('callee', 'prompt') },
    },
  });
}
