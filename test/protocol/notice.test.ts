import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { NOTICE, noticeText } from '../../src/protocol/notice.ts';

test.each(['en', 'es'] as const)('the notice is kept in %s word for word as it is said', (language) => {
  const { texts } = parse(readFileSync(`src/terminal/audio/prompts/${language}.yaml`, 'utf8'));
  for (const [part, text] of Object.entries(NOTICE[language])) expect(texts[part]).toBe(text);
});

test('it says whether calls need it, and that no sound is kept', () => {
  const strict = noticeText('en', { needed: true });
  expect(strict).toContain('Without a voiceprint you cannot make calls here.');
  expect(strict).toContain('No recording of the digits is kept.');
  const mild = noticeText('en', { needed: false });
  expect(mild).toContain('You can make calls without a voiceprint.');
  expect(mild).toContain('No recording of the digits is kept.');
});
