import { effect, signal } from '@preact/signals';

type Theme = 'light' | 'dark';
const KEPT_AS = 'tierphone-theme';

const system = matchMedia('(prefers-color-scheme: dark)');
const kept = localStorage.getItem(KEPT_AS);

/** What is shown: as the person chose, or as the system has it. */
export const theme = signal<Theme>(kept === 'light' || kept === 'dark' ? kept : system.matches ? 'dark' : 'light');

system.addEventListener('change', () => {
  if (!localStorage.getItem(KEPT_AS)) theme.value = system.matches ? 'dark' : 'light';
});

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

/** Dark to light and back, kept for the next visit. */
export function switchTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  localStorage.setItem(KEPT_AS, theme.value);
}
