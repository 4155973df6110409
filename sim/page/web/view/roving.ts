import { useState } from 'preact/hooks';

/** Keys in rows of `columns`, of which one is a stop of the Tab key: arrow keys go on from there. */
export function useRoving(columns: number) {
  const [at, setAt] = useState(0);
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  const buttonsIn = (group: EventTarget | null) =>
    group instanceof Element ? [...group.querySelectorAll('button')] : [];
  return {
    tabIndex: (i: number) => (i === at ? 0 : -1),
    group: {
      onFocusIn(event: FocusEvent) {
        const i = buttonsIn(event.currentTarget).findIndex((button) => button.contains(event.target as Node));
        if (i >= 0) setAt(i);
      },
      onKeyDown(event: KeyboardEvent) {
        const step = steps[event.key];
        const next = step === undefined ? undefined : buttonsIn(event.currentTarget)[at + step];
        if (!next) return;
        event.preventDefault();
        next.focus();
      },
    },
  };
}
