import { emitKeypressEvents } from 'node:readline';

/** What a technician can say to a test by the keyboard of his own computer. */
export type Word = 'skip' | 'yes' | 'no' | 'stop';

const WORDS: Readonly<Record<string, Word>> = { s: 'skip', y: 'yes', n: 'no', q: 'stop' };

/** Listens to the keyboard, where there is one, and to Ctrl-C. Gives what ends that. */
export function hands(say: (word: Word) => void): () => void {
  const { stdin } = process;
  const stop = () => say('stop');
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const release = () => {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  };
  if (!stdin.isTTY) return release;
  emitKeypressEvents(stdin);
  const pressed = (_: string, key: { name?: string; ctrl?: boolean }) => {
    const word = key.ctrl && key.name === 'c' ? 'stop' : WORDS[key.name ?? ''];
    if (word !== undefined) say(word);
  };
  stdin.setRawMode(true).on('keypress', pressed).resume();
  return () => {
    release();
    stdin.off('keypress', pressed).setRawMode(false).pause();
  };
}
