/** What decides who goes first. */
export interface Ranked {
  /** Lower goes first. */
  readonly priority: number;
  /** Share among those of one priority; those of weight 0 have next to none. */
  readonly weight: number;
}

/** In order of priority, and by chance according to weight among equals (RFC 2782). `random` gives 0 up to but not 1. */
export function inOrder<T extends Ranked>(all: readonly T[], random: () => number = Math.random): T[] {
  const priorities = [...new Set(all.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((priority) =>
    draw(
      all.filter((one) => one.priority === priority),
      random,
    ),
  );
}

function draw<T extends Ranked>(equals: readonly T[], random: () => number): T[] {
  // RFC 2782: those of weight 0 stand first, where only a draw of 0 finds them.
  const left = [...equals].sort((a, b) => Math.sign(a.weight) - Math.sign(b.weight));
  const drawn: T[] = [];
  while (left.length > 0) {
    let point = Math.floor(random() * (left.reduce((sum, { weight }) => sum + weight, 0) + 1));
    const at = left.findIndex(({ weight }) => {
      point -= weight;
      return point <= 0;
    });
    drawn.push(...left.splice(at, 1));
  }
  return drawn;
}
