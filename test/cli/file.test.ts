import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readYaml } from '../../src/cli/file.ts';

const Schema = z.strictObject({
  name: z.string(),
  steps: z.array(z.union([z.enum(['lift']), z.strictObject({ keys: z.string() }), z.strictObject({ wait: z.int() })])),
});

describe('a file written by people', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tierphone-file-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const read = (text: string) => {
    const path = join(folder, 'a.yaml');
    writeFileSync(path, text);
    return readYaml(path, Schema);
  };

  it('is read where it is as it should be', () => {
    expect(read('name: x\nsteps: [lift, {keys: "12"}]')).toEqual({ name: 'x', steps: ['lift', { keys: '12' }] });
  });

  it.each([
    ['a key that is not there', 'nam: x\nsteps: []', /a\.yaml:1: nam: there is no such setting/],
    ['a value of the wrong type', 'name: 5\nsteps: []', /a\.yaml:1: name: text is wanted, a number stands there/],
    ['what is no YAML', 'name: [', /a\.yaml:\d+:\d+: not YAML/],
    [
      'one of several forms, misspelt',
      'name: x\nsteps:\n  - lift\n  - {wiat: 1}',
      /a\.yaml:4: steps\.1\.wiat: there is no such setting/,
    ],
    [
      'one of several forms, with a wrong value',
      'name: x\nsteps:\n  - wait: soon',
      /a\.yaml:3: steps\.0\.wait: .*number/,
    ],
    ['nothing at all', '', /a\.yaml: the whole file: a group of settings is wanted/],
  ])('is named with its line: %s', (_what, text, line) => {
    expect(() => read(text)).toThrow(line);
  });
});
