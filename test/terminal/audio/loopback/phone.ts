import { Random } from '../../call/random.ts';

/** What can be the matter with a handset. */
export type Condition = 'ok' | 'open-earpiece' | 'open-microphone' | 'shorted-cord' | 'dead-microphone';

const RATE = 16_000;

/** A handset of plastic, wires and a room around it, made up from a seed. Levels are dB, of noise dBFS in the band of telephony. */
export class Phone {
  readonly condition: Condition;
  readonly #chance: () => number;
  /** What is true of this one, for messages. */
  readonly about: Record<string, number>;

  constructor(condition: Condition, seed: number, about: Record<string, number> = {}) {
    this.condition = condition;
    const chance = new Random(seed);
    this.#chance = () => chance.below(1 << 24) / (1 << 24);
    this.about = {
      delay: this.#between(0.03, 0.4),
      echo: this.#between(-50, -28),
      room: this.#between(-62, -45),
      bias: this.#between(-88, -78),
      hum: this.#between(-78, -45),
      mains: this.#chance() < 0.5 ? 50 : 60,
      crosstalk: this.#between(-95, -72),
      wire: this.#between(-9, 15),
      short: this.#between(-100, -90),
      ...about,
    };
  }

  /** What its microphone hears of `played`, 16 kHz. */
  hear(played: Int16Array): Int16Array {
    const { delay = 0, echo = 0, room = 0, bias = 0, hum = 0, crosstalk = 0, wire = 0, short = 0 } = this.about;
    const length = played.length;
    const late = Math.round(delay * RATE);
    const sent = Float64Array.from({ length }, (_, n) => played[n - late] ?? 0);
    const out = new Float64Array(length);
    const add = (sound: Float64Array) => {
      for (let n = 0; n < length; n++) out[n] = (out[n] as number) + (sound[n] as number);
    };
    switch (this.condition) {
      case 'ok':
        add(at(echo, this.#air(sent), sent));
        add(this.#room(length, room));
        add(this.#hum(length, hum - 20));
        break;
      case 'open-earpiece':
        add(at(crosstalk, slope(sent), sent));
        add(this.#room(length, room));
        add(this.#hum(length, hum - 20));
        break;
      case 'open-microphone':
        add(at(crosstalk, slope(sent), sent));
        add(this.#hum(length, hum));
        break;
      case 'shorted-cord':
        add(at(wire, sent, sent));
        add(this.#room(length, room - 20));
        break;
      case 'dead-microphone':
        return Int16Array.from(level(short, this.#white(length)), Math.round);
    }
    add(level(bias, this.#white(length)));
    return Int16Array.from(out, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value))));
  }

  #between(least: number, most: number): number {
    return least + (most - least) * this.#chance();
  }

  #white(length: number): Float64Array {
    return Float64Array.from({ length }, () => this.#chance() + this.#chance() + this.#chance() - 1.5);
  }

  /** A small space: a few reflections within some ms, little below 300 Hz and above 3.5 kHz. */
  #air(sent: Float64Array): Float64Array {
    const paths = Array.from({ length: 6 }, () => ({
      late: Math.floor(this.#between(5, 60)),
      part: this.#between(-1, 1),
    }));
    const out = Float64Array.from(sent, (value, n) =>
      paths.reduce((sum, { late, part }) => sum + part * (sent[n - late] ?? 0), value),
    );
    return highPass(lowPass(out, 3_500), 300);
  }

  /** People, fans and doors: more of it low than high, and it comes and goes. */
  #room(length: number, loudness: number): Float64Array {
    const noise = lowPass(this.#white(length), 600);
    const [beat, depth] = [this.#between(0.3, 3), this.#between(0, 0.7)];
    const moved = noise.map((value, n) => value * (1 + depth * Math.sin((2 * Math.PI * beat * n) / RATE)));
    return level(loudness, highPass(moved, 150));
  }

  #hum(length: number, loudness: number): Float64Array {
    const { mains = 50 } = this.about;
    const phases = Array.from({ length: 12 }, () => 2 * Math.PI * this.#chance());
    const off = this.#between(0.999, 1.001);
    return level(
      loudness,
      Float64Array.from({ length }, (_, n) =>
        phases.reduce(
          (sum, phase, k) => sum + Math.sin((2 * Math.PI * mains * off * (k + 1) * n) / RATE + phase) / (k + 1),
          0,
        ),
      ),
    );
  }
}

const power = (sound: Float64Array): number => sound.reduce((sum, value) => sum + value * value, 0) / sound.length;

/** At `dbfs` below a full-scale sine. */
function level(dbfs: number, sound: Float64Array): Float64Array {
  const factor = ((32_768 / Math.SQRT2) * 10 ** (dbfs / 20)) / Math.sqrt(power(sound));
  return sound.map((value) => value * factor);
}

/** So much softer than `sent` as `gain` says, dB. */
function at(gain: number, sound: Float64Array, sent: Float64Array): Float64Array {
  const factor = 10 ** (gain / 20) * Math.sqrt(power(sent) / power(sound));
  return sound.map((value) => value * factor);
}

/** As wires beside each other couple: 6 dB more an octave. */
const slope = (sound: Float64Array): Float64Array => sound.map((value, n) => value - (sound[n - 1] ?? 0));

function lowPass(sound: Float64Array, hz: number): Float64Array {
  const keep = Math.exp((-2 * Math.PI * hz) / RATE);
  let last = 0;
  return sound.map((value) => {
    last = value + keep * (last - value);
    return last;
  });
}

function highPass(sound: Float64Array, hz: number): Float64Array {
  const low = lowPass(sound, hz);
  return sound.map((value, n) => value - (low[n] as number));
}
