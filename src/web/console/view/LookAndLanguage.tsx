import { ThemeButton } from '../../kit/ThemeButton.tsx';
import { switchLanguage, words } from '../words/words.ts';

/** The language and the colours of the page. */
export function LookAndLanguage() {
  const w = words.value;
  return (
    <>
      <button type="button" class="plain" lang={w.otherLanguage === 'English' ? 'en' : 'es'} onClick={switchLanguage}>
        {w.otherLanguage}
      </button>
      <ThemeButton words={{ light: w.lightTheme, dark: w.darkTheme }} />
    </>
  );
}
