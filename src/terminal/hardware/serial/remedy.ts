const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/no such file/i, 'plug the board in, or correct "path" in the board file'],
  [/permission|not permitted/i, 'let this user open it: usually by adding him to the group dialout'],
  [/lock|busy|temporarily unavailable/i, 'another program has it open: close that'],
  [/garbage/i, 'set "baud" in the board file to what the board speaks'],
  [/other lines/i, 'flash the board with a firmware that beats'],
  [/no beat/i, 'check power, wiring (TX to RX, RX to TX, ground to ground) and "baud"'],
  [/unplugged|end of file/i, 'plug the board in again'],
];

/** What to do about a port or board that fails so, with a colon before it; empty if nothing is known. */
export function remedy(why: string): string {
  const known = REMEDIES.find(([pattern]) => pattern.test(why))?.[1];
  return known === undefined ? '' : `: ${known}`;
}
