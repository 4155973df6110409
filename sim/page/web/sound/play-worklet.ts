import { ElasticBuffer } from './elastic-buffer.ts';

const REPORT_EVERY_SECONDS = 0.5;

/** Plays frames posted to it; posts the statistics of its buffer twice a second. */
class PlayFrames extends AudioWorkletProcessor {
  readonly #buffer = new ElasticBuffer(sampleRate);
  #sinceReport = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<Int16Array>) => this.#buffer.push(data);
  }

  process(_: Float32Array[][], [output]: Float32Array[][]): boolean {
    const out = output?.[0];
    if (!out) return true;
    this.#buffer.pull(out);
    this.#sinceReport += out.length / sampleRate;
    if (this.#sinceReport >= REPORT_EVERY_SECONDS) {
      this.#sinceReport = 0;
      this.port.postMessage(this.#buffer.stats());
    }
    return true;
  }
}

registerProcessor('play-frames', PlayFrames);
