/** A text in lines of so many letters at most: broken at spaces, or within a word where one is longer than a line. */
export function wrapped(text: string, letters: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((each) => pieces(each, letters))) {
    if (line !== '' && line.length + 1 + word.length > letters) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

const pieces = (word: string, letters: number): readonly string[] =>
  word.length <= letters
    ? [word]
    : [word.slice(0, cutOf(word, letters)), ...pieces(word.slice(cutOf(word, letters)), letters)];

/** Where to cut a word: behind a stroke or a slash, if one is near enough. */
function cutOf(word: string, letters: number): number {
  const stroke = word.slice(0, letters).search(/[-/_.][^-/_.]*$/);
  return stroke > letters / 2 ? stroke + 1 : letters;
}
