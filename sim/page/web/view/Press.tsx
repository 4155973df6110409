import type { ComponentChildren } from 'preact';

/**
 * A button that may be off, and stays where it is for who has the focus on it: what a press leads to may turn the button itself off, and a
 * disabled one would lose the focus.
 */
export function Press(props: {
  class: string;
  off?: boolean;
  label?: string;
  pressed?: boolean;
  onPress: () => void;
  children: ComponentChildren;
}) {
  const { off = false, label, pressed, onPress, children } = props;
  return (
    <button
      type="button"
      class={props.class}
      tabIndex={off ? -1 : 0}
      aria-disabled={off}
      {...(label !== undefined && { 'aria-label': label })}
      {...(pressed !== undefined && { 'aria-pressed': pressed })}
      onClick={off ? undefined : onPress}
    >
      {children}
    </button>
  );
}
