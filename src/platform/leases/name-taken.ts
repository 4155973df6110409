/** Another platform that lives has this one's name. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken';

  /** @param taken the name at the broker */
  constructor(taken: string) {
    super(
      `another platform runs as ${taken}: stop one of them, or give this one an account of its own (tierphone account platform NAME)`,
    );
  }
}
