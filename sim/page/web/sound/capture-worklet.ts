import { Downsampler } from './downsampler.ts';

/** Posts what it hears as frames of 20 ms at 16 kHz. */
class CaptureFrames extends AudioWorkletProcessor {
  readonly #downsampler = new Downsampler(sampleRate);

  process([input]: Float32Array[][]): boolean {
    const samples = input?.[0];
    if (samples) this.#downsampler.push(samples, (frame) => this.port.postMessage(frame, [frame.buffer]));
    return true;
  }
}

registerProcessor('capture-frames', CaptureFrames);
