import { emitKeypressEvents } from 'node:readline';

/**
 * Listens to the keyboard, or to what is written into this program in its place. A key is told by its name (`y`, `space`), else by what it
 * writes (`*`); Ctrl-C is `ctrl-c`. Gives what ends that.
 */
export function keyboard(say: (pressed: string) => void): () => void {
  const { stdin } = process;
  emitKeypressEvents(stdin);
  const pressed = (text: string | undefined, { name, ctrl }: { name?: string; ctrl?: boolean }) =>
    say(`${ctrl ? 'ctrl-' : ''}${name ?? text ?? ''}`);
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.on('keypress', pressed).resume();
  return () => {
    stdin.off('keypress', pressed).pause();
    if (stdin.isTTY) stdin.setRawMode(false);
  };
}
