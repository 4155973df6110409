import type { Page } from 'playwright-core';

/** Controls that a screen reader could not name, and ids that are there twice. */
export const nameless = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const named = (e) =>
      (e.getAttribute('aria-label') ?? '').trim() ||
      (e.getAttribute('aria-labelledby') ?? '').split(' ').some((id) => document.getElementById(id)?.textContent.trim()) ||
      e.textContent.trim() ||
      [...(e.labels ?? [])].some((l) => l.textContent.trim());
    const controls = [...document.querySelectorAll('button, input, select, summary, [role="meter"], [role="tab"], fieldset, section')];
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
    return [
      ...controls.filter((e) => !named(e)).map((e) => e.outerHTML.slice(0, 120)),
      ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => 'twice: ' + id),
    ];
  })()`);

/** Controls whose accessible name lacks the words that are seen on them (WCAG 2.2, 2.5.3): who speaks to his computer says what he sees. */
export const misnamed = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const plain = (text) => text.toLowerCase().replace(/[^a-z0-9*#+]+/g, ' ').trim();
    const seen = (e) => {
      const copy = e.cloneNode(true);
      for (const hidden of copy.querySelectorAll('[aria-hidden="true"], .hidden')) hidden.remove();
      return plain(copy.innerHTML.replace(/<[^>]*>/g, ' '));
    };
    return [...document.querySelectorAll('button[aria-label], a[aria-label], summary[aria-label]')]
      .filter((e) => !plain(e.getAttribute('aria-label')).includes(seen(e)))
      .map((e) => e.getAttribute('aria-label') + ' lacks: ' + seen(e));
  })()`);

export interface Contrast {
  readonly text: string;
  readonly colour: string;
  readonly on: string;
  readonly ratio: number;
}

/**
 * Contrast of each visible text that is not in a disabled control with what is behind it (WCAG 2.2, 1.4.3). Of a gradient, the worst of its
 * colours counts; large text is reported as if it had half as much again, as it needs 3 and not 4.5.
 */
export const contrasts = (page: Page): Promise<Contrast[]> =>
  page.evaluate(`(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const rgba = (colour) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
    const luminance = (c) => {
      const [r, g, b] = c.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => {
      const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
      return (light + 0.05) / (dark + 0.05);
    };
    const behind = (e) => {
      if (!e) return [[255, 255, 255, 1]];
      const style = getComputedStyle(e);
      const stops = (style.backgroundImage.match(/(rgba?|color)\\([^()]*\\)/g) ?? []).map(rgba).filter((c) => c[3] > 0.9);
      if (stops.length > 0) return stops;
      const own = rgba(style.backgroundColor);
      if (own[3] > 0.99) return [own];
      return behind(e.parentElement).map((below) => over(own, below));
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim();
      const e = walker.currentNode.parentElement;
      if (!text || !e.checkVisibility() || e.closest('noscript, :disabled, [aria-disabled="true"], option, .hidden')) continue;
      const style = getComputedStyle(e);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const colour = rgba(style.color);
      const worst = behind(e).map((on) => ({ on, r: ratio(over(colour, on), on) })).sort((a, b) => a.r - b.r)[0];
      found.push({ text, colour: style.color, on: worst.on.map(Math.round).join(','), ratio: Math.round(worst.r * (large ? 1.5 : 1) * 100) / 100 });
    }
    return found;
  })()`);
