import type { Finding } from '../check/finding.ts';
import type { BoardFile } from '../file.ts';
import { bootFindings } from './boot.ts';
import { computerFindings } from './computer.ts';
import { groupFindings } from './groups.ts';
import { lineFindings } from './lines.ts';
import { portFindings } from './port.ts';
import { soundFindings } from './sound.ts';

/**
 * Looks whether the machine that this runs on has what a board file names, and lets this user use it. Nothing
 * is opened or changed: a running terminal is not disturbed.
 * @param root where /proc, /sys, /dev, /etc and /boot are, with a slash at its end; another folder in tests
 */
export async function findingsHere(board: BoardFile, root = '/'): Promise<readonly Finding[]> {
  return [
    ...(await computerFindings(board, root)),
    ...(await lineFindings(board, root)),
    ...(await bootFindings(board, root)),
    ...(await portFindings(board, root)),
    ...soundFindings(board, root),
    ...(await groupFindings(board, root)),
  ];
}
