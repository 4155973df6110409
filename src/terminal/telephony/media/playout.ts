import { FRAME } from '../../audio/frame.ts';
import { Background } from './background.ts';
import { Decoding } from './decoding.ts';
import type { DelayTarget } from './delay-target.ts';
import { Filler } from './filler.ts';
import type { Item, PacketQueue } from './packet-queue.ts';
import { SoundLine } from './sound-line.ts';
import { TimeScale } from './time-scale.ts';

/** Samples of 16 kHz in a ms. */
const MS = 16;

/** Slack given at the start, when nothing is known of the network, and over what it needs, ms. */
const FIRST = 20;
const MARGIN = 3;
/** Sound waits no longer than this, ms. */
const MOST = 200;

/** A hole of this length is a pause: nothing of the sound before it is left. */
const HOLE = 100 * MS;

/** Sound goes over from what was made up within this, in samples: longer, and more of what came is spoilt than is gained. */
const OVERLAP = 40;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Packets into sound that goes on without a break, whatever comes: 20 ms each time it is asked. Places are in samples of 16 kHz. */
export class Playout {
  readonly #queue: PacketQueue;
  readonly #target: DelayTarget;
  readonly #line = new SoundLine();
  readonly #background = new Background();
  /** Packets wait this long, ms, and what is said is not bent; null where it may be. */
  readonly #steady: number | null;
  readonly #filler: Filler;
  readonly #scaling = new TimeScale(this.#line, this.#background);
  readonly #decoding: Decoding;
  readonly #tail = new Float32Array(OVERLAP);
  /** Place in the far end's time that comes after the end of the line; null before the first packet. */
  #place: number | null = null;
  /** Where the sound decoded last ends, and its number. */
  #decoded = 0;
  #sequence = 0;
  /** What the end of the line is: sound of the far end, made up for a loss, or a pause of the far end. */
  #end: 'sound' | 'hole' | 'pause' = 'pause';
  /** The hole is there because nothing has come: what was meant for it may yet. */
  #starved = false;
  /** It has begun before: what waits then was said since, and is heard as what is late. */
  #again = false;
  #length = FRAME;
  #played: number | null = null;
  readonly counts = {
    late: 0,
    /** Packets heard from their beginning. */
    whole: 0,
    /** Samples made up in place of sound, and of those the ones whose sound never came in time. */
    concealed: 0,
    lost: 0,
    /** Samples of sound that were due, and losses one after another that count as one. */
    due: 0,
    losses: 0,
    /** Samples put in or taken out to change the delay. */
    scaled: 0,
  };

  constructor(
    queue: PacketQueue,
    target: DelayTarget,
    hear: (samples: Int16Array, rate: number) => void,
    steady: number | null,
  ) {
    this.#queue = queue;
    this.#target = target;
    this.#decoding = new Decoding(hear);
    this.#steady = steady;
    this.#filler = new Filler(this.#background, steady === null);
  }

  /** Place of the first sample taken last, null where that was none of the far end's. */
  get played(): number | null {
    return this.#played;
  }

  /** Length of the far end's packets, samples. */
  get packet(): number {
    return this.#length;
  }

  /** True where nothing of the far end's is heard, nor made up in its place. */
  get silent(): boolean {
    return this.#end === 'pause';
  }

  /** From arrival to being heard, in the mean, ms: of what comes next after the frame taken at `time`. */
  delay(time: number): number {
    if (this.#place === null || !this.#target.known) return 0;
    return Math.max(0, time + (this.#line.ready + FRAME - this.#place) / MS - this.#target.mean);
  }

  /** True of sound that ends before our place, unless we are where we are for want of it. */
  isOver(start: number, length: number): boolean {
    if (this.#place === null || length === 0) return false;
    if (start + length > this.#place) return false;
    return !((this.#starved || this.#end === 'pause') && start >= this.#decoded);
  }

  /** The next frame; `time` is ours, ms. */
  take(out: Int16Array, time: number): void {
    const line = this.#line;
    if (this.#place === null) this.#begin(time);
    this.#catchUp(time);
    const head = this.#place === null || this.#end === 'pause' ? null : this.#place - line.ready;
    while (line.ready < FRAME) {
      if (this.#place === null) this.#fill(FRAME - line.ready);
      else this.#extend(FRAME - line.ready, time, this.#place);
    }
    if (this.#end === 'sound' && this.#place !== null) this.#adapt(time, this.#place);
    this.#played = head;
    line.take(out);
  }

  skip(samples: number): void {
    const ready = this.#line.ready;
    this.#line.drop(Math.min(samples, ready));
    if (this.#place === null || samples <= ready) return;
    if (this.#end === 'sound') this.#filler.start(this.#line);
    this.#end = this.#end === 'pause' ? 'pause' : 'hole';
    this.#starved = false;
    this.#place += samples - ready;
    this.#decoded = Math.max(this.#decoded, this.#place);
  }

  /** Nothing that was said before `until` is heard. */
  silence(until: number): void {
    this.#line.silence();
    this.#filler.flush();
    this.#background.reset();
    this.#decoding.mute(until);
  }

  /** The far end's clock is another: begins anew with the next packet. */
  restart(): void {
    if (this.#end === 'sound') this.#filler.start(this.#line);
    this.#end = this.#end === 'pause' ? 'pause' : 'hole';
    this.#place = null;
    this.#again = true;
    this.#starved = false;
    this.#decoding.restart();
  }

  #begin(time: number): void {
    const first = this.#queue.first;
    if (!first) return;
    const now = (time - this.#target.quickest) * MS;
    const wait = this.#steady ?? FIRST;
    if (now - first.start < wait * MS) return;
    const most = this.#again ? Math.max(wait + 20, MOST) : wait + 20;
    this.#place = Math.max(first.start, Math.ceil(now - most * MS));
    this.#decoded = this.#place;
    this.#sequence = (first.sequence - 1) & 0xffff;
  }

  /** Slack that packets need, samples. */
  #need(): number {
    const least = this.#target.slack() + MARGIN;
    return Math.min(this.#steady ?? least, MOST - 20) * MS;
  }

  /** Makes the line longer by up to `wanted`, or passes one packet over. */
  #extend(wanted: number, time: number, place: number): void {
    const item = this.#queue.first;
    if (!item) {
      if (this.#end !== 'pause') this.#starved = true;
      this.#fill(wanted);
      return;
    }
    if (item.kind !== 'sound') {
      if (item.start > place) this.#gap(item, wanted, place);
      else this.#rest(item);
      return;
    }
    if (this.#end === 'pause') {
      // A pause may be longer or shorter than it was: this is where delay changes unheard.
      const slack = (time - this.#target.quickest) * MS - item.start - this.#spread;
      if (slack < this.#need() && item.start >= this.#decoded) this.#noise(wanted);
      else {
        if (item.start >= this.#decoded) this.#place = Math.max(item.start, this.#least(time));
        this.#decode(item);
      }
      return;
    }
    if (item.start > place) {
      this.#gap(item, wanted, place);
      return;
    }
    if (this.#starved && item.start >= this.#decoded)
      this.#place = Math.max(item.start, Math.min(place, this.#least(time)));
    this.#decode(item);
  }

  /** The place that would be heard with the longest delay there may be. */
  #least(time: number): number {
    return Math.ceil((time - this.#target.quickest - MOST) * MS) + this.#line.ready;
  }

  /** How long before the end of a frame a packet may be wanted, beyond its alignment: nothing where packets are whole frames. */
  get #spread(): number {
    return FRAME - gcd(FRAME, this.#length);
  }

  /** What is next in the queue is further on: a loss, or a pause where nothing is missing between. */
  #gap(item: Item, wanted: number, place: number): void {
    if (this.#end === 'sound' && this.#missing(item) === 0) {
      this.#pause();
      return;
    }
    this.#starved = false;
    this.#fill(Math.min(wanted, item.start - place));
  }

  /** Packets that did not come between the last that was used and this one; below 0 where it is older. */
  #missing(item: Item): number {
    return ((item.sequence - this.#sequence - 1) << 16) >> 16;
  }

  #pause(): void {
    if (this.#end === 'sound') this.#filler.start(this.#line);
    this.#filler.settle();
    this.#end = 'pause';
  }

  /** A packet that says there is no sound. */
  #rest(item: Item): void {
    this.#queue.shift();
    if (this.#missing(item) >= 0) this.#sequence = item.sequence;
    // The end of a key's press is said again while sound goes on.
    if (item.start < this.#decoded) return;
    this.#decoded = item.start;
    this.#pause();
    if (item.kind === 'noise' && !this.#decoding.mutes(item)) this.#filler.describe(item.payload);
  }

  /** Sound in place of what is not there. */
  #fill(count: number): void {
    if (this.#end === 'sound') {
      this.#filler.start(this.#line);
      this.#end = 'hole';
    }
    this.#filler.run(this.#line, count);
    if (this.#place !== null) this.#place += count;
    if (this.#end !== 'hole') return;
    this.counts.concealed += count;
    if (this.#filler.made >= HOLE) this.#pause();
  }

  /** A pause goes on though its time is over. */
  #noise(count: number): void {
    this.#filler.run(this.#line, count);
  }

  #decode(item: Item): void {
    const place = this.#place as number;
    this.#queue.shift();
    const passed = place - item.start;
    const lost = item.start - this.#decoded;
    if (passed >= item.length) {
      this.counts.late += 1;
      return;
    }
    this.#account(item, this.#missing(item) > 0 || passed > 0 ? lost + passed : 0);
    if (passed <= 0) this.counts.whole += 1;
    const line = this.#line;
    const overlap = this.#end === 'sound' ? 0 : OVERLAP;
    const at = line.end;
    if (overlap > 0) this.#filler.tail(this.#tail, overlap);
    if (this.#end === 'hole' && lost > 0) this.#decoding.follow(item, line, lost, this.#tail);
    const count = this.#decoding.run(item, line, passed);
    if (!this.#decoding.mutes(item)) this.#background.hear(line.samples, at, at + count);
    for (let n = 0; n < Math.min(overlap, count); n++) {
      const made = this.#tail[n] as number;
      line.samples[at + n] = made + ((n + 0.5) / overlap) * ((line.samples[at + n] as number) - made);
    }
    this.#place = place + count;
    this.#decoded = item.start + item.length;
    if (this.#missing(item) >= 0) this.#sequence = item.sequence;
    this.#length = item.length;
    this.#end = 'sound';
    this.#starved = false;
  }

  #account(item: Item, lost: number): void {
    this.counts.due += item.length + Math.max(0, lost);
    if (lost <= 0) return;
    this.counts.lost += lost;
    this.counts.losses += 1;
  }

  /** Packets come so much sooner than they did that what waits is old: no listener has that long. It is passed over at once. */
  #catchUp(time: number): void {
    if (this.#place === null || this.#end !== 'sound' || this.#steady !== null) return;
    const line = this.#line;
    const over = (time - this.#target.quickest) * MS + line.ready - this.#place - this.#spread - this.#need();
    if (over <= MOST * MS) return;
    const passed = Math.floor(over / this.#length) * this.#length;
    this.counts.due += passed;
    this.counts.lost += passed;
    this.counts.losses += 1;
    this.skip(line.ready + passed);
  }

  /** Makes delay longer at once where packets need it, and shorter where they do not and it is not heard. */
  #adapt(time: number, place: number): void {
    if (this.#steady !== null && !this.#background.silent) return;
    const line = this.#line;
    const unit = gcd(FRAME, this.#length);
    const waste = line.ready % unit;
    const slack = (time - this.#target.quickest) * MS + line.ready - place - waste - this.#spread;
    const need = this.#need();
    if (slack < need) {
      this.counts.scaled += this.#scaling.stretch(unit - waste);
      return;
    }
    const spare = Math.floor((slack - need - 4 * MS) / unit) * unit;
    const over = waste + Math.max(0, spare);
    if (!this.#scaling.wants(over)) return;
    while (line.ready < this.#scaling.wanted && this.#follows()) this.#decode(this.#queue.first as Item);
    this.counts.scaled += this.#scaling.compress(over);
  }

  /** True where the next sound is here and needs no making up. */
  #follows(): boolean {
    const next = this.#queue.first;
    return next !== null && next.kind === 'sound' && next.start === this.#place && this.#line.room > next.length;
  }
}
