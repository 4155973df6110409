import { Dialog } from '../../kit/Dialog.tsx';
import { words } from '../words/words.ts';

/** A link that lets somebody in once: it is shown this once, and handed over by other ways than this page. */
export function LinkSheet({ name, link, onClose }: { name: string; link: string; onClose: () => void }) {
  const w = words.value;
  return (
    <Dialog title={w.people.linkTitle(name)} close={w.close} onClose={onClose}>
      <p>{w.people.linkOnce}</p>
      <p>
        <code class="slip">{new URL(link, location.origin).href}</code>
      </p>
    </Dialog>
  );
}
