import { computed, effect, signal } from '@preact/signals';
import { LANGUAGES, type Language } from '../../../protocol/units.ts';
import { en, type Words } from './en.ts';
import { es } from './es.ts';

const KEPT_AS = 'tierphone-language';
const WORDS: Readonly<Record<Language, Words>> = { en, es };

const kept = localStorage.getItem(KEPT_AS);
const wanted = [kept, ...navigator.languages.map((tag) => tag.slice(0, 2))];

/** As the person chose, or as the browser has it. */
const language = signal<Language>(
  wanted.map((tag) => LANGUAGES.find((known) => known === tag)).find((known) => known !== undefined) ?? 'en',
);

/** All that the page says. */
export const words = computed(() => WORDS[language.value]);

effect(() => {
  document.documentElement.lang = language.value;
});

/** English to Spanish and back, kept for the next visit. */
export function switchLanguage(): void {
  language.value = language.value === 'en' ? 'es' : 'en';
  localStorage.setItem(KEPT_AS, language.value);
}

/** A moment as a clock shows it: hours and minutes; another day than today's with its date. */
export function timeOf(moment: string | number): string {
  const at = new Date(moment);
  const today = at.toDateString() === new Date().toDateString();
  const time = { hour: 'numeric', minute: '2-digit' } as const;
  const date = { month: 'short', day: 'numeric' } as const;
  return at.toLocaleString(language.value, today ? time : { ...date, ...time });
}
