import type { Line } from '../wiring.ts';
import { LineFault, nameOf } from './fault.ts';

/**
 * The chip that a line is of, among those there are.
 * @throws LineFault where no chip, or more than one, has the label, or the chip has no such line
 */
export function chipOf<Chip extends { readonly label: string; readonly lines: number }>(
  wish: { what: string; line: Line },
  known: readonly Chip[],
): Chip {
  const { chip: label, offset } = wish.line;
  const [chip, ...more] = known.filter((one) => one.label === label);
  if (!chip) {
    const labels = known.length === 0 ? 'there is none at all' : `there is ${known.map((one) => one.label).join(', ')}`;
    throw new LineFault(`${nameOf(wish)}: no GPIO chip is labelled ${label}; ${labels}: correct the board file`);
  }
  if (more.length > 0) {
    const count = more.length + 1;
    throw new LineFault(
      `${nameOf(wish)}: ${count} GPIO chips are labelled ${label}: take one out, or change its label in the device tree`,
    );
  }
  if (offset >= chip.lines) {
    throw new LineFault(`${nameOf(wish)}: ${label} has lines 0 to ${chip.lines - 1}: correct the board file`);
  }
  return chip;
}
