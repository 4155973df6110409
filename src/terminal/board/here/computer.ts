import type { Finding } from '../check/finding.ts';
import type { BoardFile } from '../file.ts';
import { factsOf } from '../header.ts';
import { readIfThere } from './read.ts';

/** Whether this is the computer that the file is for. */
export async function computerFindings({ computer }: BoardFile, root: string): Promise<readonly Finding[]> {
  const facts = factsOf(computer);
  if (!facts?.header) return [];
  const model = (await readIfThere(`${root}proc/device-tree/model`))?.replaceAll('\0', '').trim();
  if (model?.startsWith(facts.title)) return [];
  return [
    {
      level: model === undefined ? 'warning' : 'error',
      path: ['computer'],
      what: `this machine is ${model === undefined ? 'no Raspberry Pi, as far as its kernel tells' : `a ${model}`}`,
      why: `The file is for a ${facts.title}; another computer has its lines on another chip, or none.`,
      remedy: 'Check the file on the computer that it is for, or take the file of this one.',
    },
  ];
}
