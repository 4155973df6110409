import { switchTheme, theme } from './theme.ts';

/** Turns the page from light to dark and back. `words` name what a press leads to. */
export function ThemeButton({ words }: { words: { readonly light: string; readonly dark: string } }) {
  const dark = theme.value === 'dark';
  return (
    <button type="button" class="plain theme" aria-label={dark ? words.light : words.dark} onClick={switchTheme}>
      <span aria-hidden="true">{dark ? '☀' : '☾'}</span>
    </button>
  );
}
