import { render } from 'preact';
import { Page } from './Page.tsx';
import { openKeyboard } from './phone/keys.ts';
import { levelOf, peakOf, startSound, statsOf } from './sound/player.ts';
import { openState } from './state.ts';
import '../../../src/web/kit/style/base.css';
import '../../../src/web/kit/style/parts.css';
import './style/base.css';
import './style/phone.css';
import './style/cards.css';
import './style/records.css';

declare global {
  interface Window {
    /** What is heard in this page, for tests and for technicians at the console; see `sim/page/README.md`. */
    tierphone: { level: typeof levelOf; peak: typeof peakOf; stats: typeof statsOf };
  }
}
window.tierphone = { level: levelOf, peak: peakOf, stats: statsOf };

openState();
openKeyboard();
// Browsers let sound out only after the person has done something: the first thing done starts it.
for (const gesture of ['pointerdown', 'keydown']) window.addEventListener(gesture, () => void startSound(), true);

const place = document.getElementById('page');
if (place) render(<Page />, place);
