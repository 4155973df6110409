import { PlatformPlace } from '../../../protocol/api/claims.ts';
import { notice } from '../../kit/notices.ts';
import { useAsked } from '../view/useAsked.ts';
import { words } from '../words/words.ts';

/** The file by which a phone that is new finds this platform and knows that it is the one. */
export function CardFile() {
  const w = words.value.fitting;
  const { answer, wrong } = useAsked('/platform', PlatformPlace);
  const text = answer && `url: ${answer.url}\nfingerprint: ${answer.fingerprint}\n`;
  return (
    <section class="card" aria-labelledby="card">
      <header>
        <h2 id="card">{w.card}</h2>
      </header>
      <p class="quiet">{w.cardHint}</p>
      {wrong && (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
      {text && (
        <>
          <code class="slip">{text}</code>
          <div class="sheet-buttons">
            {/* A browser lets no page copy that came in clear text. */}
            {isSecureContext && (
              <button
                type="button"
                class="plain"
                onClick={() => void navigator.clipboard.writeText(text).then(() => notice(w.copied))}
              >
                {w.copy}
              </button>
            )}
            <a
              class="plain"
              href={`data:application/yaml;charset=utf-8,${encodeURIComponent(text)}`}
              download="tierphone.yaml"
            >
              {w.save}
            </a>
          </div>
        </>
      )}
    </section>
  );
}
