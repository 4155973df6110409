import { FRAME } from '../../audio/frame.ts';

/** What has been heard is kept for 60 ms: enough to find the pitch of the lowest voice and three of its periods. */
const PAST = 960;
/** Room for what is decoded and not yet heard: a packet of 200 ms, a frame, and a stretch. */
const ROOM = 4_800;

/** Sound on its way to the ear, at 16 kHz: the last of what was heard, then what is next. */
export class SoundLine {
  readonly samples = new Float32Array(PAST + ROOM);
  /** Where what is not yet heard begins. */
  readonly head = PAST;
  /** Where it ends. */
  end = PAST;

  /** Samples that are ready. */
  get ready(): number {
    return this.end - this.head;
  }

  /** Moves the next frame out; `ready` must be enough. */
  take(out: Int16Array): void {
    for (let n = 0; n < FRAME; n++) out[n] = this.samples[PAST + n] as number;
    this.samples.copyWithin(0, FRAME, this.end);
    this.end -= FRAME;
  }

  /** Leaves the next `count` samples out. */
  drop(count: number): void {
    this.samples.copyWithin(this.head, this.head + count, this.end);
    this.end -= count;
  }

  /** Room for more samples at the end. */
  get room(): number {
    return this.samples.length - this.end;
  }

  /** Makes silence of all of it, and keeps its length. */
  silence(): void {
    this.samples.fill(0);
  }

  /** Puts a period of `length` in before what is next: it begins as that does and ends as what was heard did. */
  stretch(length: number): void {
    const { samples, head, end } = this;
    samples.copyWithin(head + length, head, end);
    this.end += length;
    for (let n = 0; n < length; n++) {
      const weight = (n + 0.5) / length;
      const next = samples[head + length + n] as number;
      samples[head + n] = next + weight * ((samples[head - length + n] as number) - next);
    }
  }

  /** Takes a period of `length` out of what is next, of which twice as much must be ready, over `fade` samples. */
  compress(length: number, fade: number): void {
    const { samples, head, end } = this;
    for (let n = 0; n < fade; n++) {
      const weight = (n + 0.5) / fade;
      const now = samples[head + n] as number;
      samples[head + n] = now + weight * ((samples[head + length + n] as number) - now);
    }
    samples.copyWithin(head + fade, head + length + fade, end);
    this.end -= length;
  }
}
