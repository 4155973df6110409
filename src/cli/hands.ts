import { keyboard } from './keyboard.ts';

/** What a technician can say to a test by the keyboard of his own computer. */
export type Word = 'skip' | 'yes' | 'no' | 'stop';

const WORDS: Readonly<Record<string, Word>> = { s: 'skip', y: 'yes', n: 'no', q: 'stop' };

/** Listens to the keyboard, where there is one, and to Ctrl-C. Gives what ends that. */
export function hands(say: (word: Word) => void): () => void {
  const stop = () => say('stop');
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const release = () => {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  };
  if (!process.stdin.isTTY) return release;
  const leave = keyboard((pressed) => {
    const word = pressed === 'ctrl-c' ? 'stop' : WORDS[pressed];
    if (word !== undefined) say(word);
  });
  return () => {
    release();
    leave();
  };
}
