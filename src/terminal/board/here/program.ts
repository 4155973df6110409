import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Whether a program, a path or a name that PATH is searched for, is on this machine. */
export function installed(program: string): boolean {
  const places = program.includes('/')
    ? [program]
    : (process.env.PATH ?? '').split(':').map((each) => join(each, program));
  return places.some((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
