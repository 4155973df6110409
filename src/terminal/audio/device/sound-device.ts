/** The two ways of a handset's sound. */
export type Part = 'capture' | 'playback';

/** The handset's sound, in frames of 320 samples. Both calls are made once a tick and never wait. */
export interface SoundDevice {
  /** 20 ms of the mouthpiece; silence where there is not so much. */
  read(frame: Int16Array): void;
  /** 20 ms for the earpiece. */
  write(frame: Int16Array): void;
  /** Time that was passed over: as much of the mouthpiece is lost, so that it is not heard late. */
  skip(ticks: number): void;
  /** Forgets all sound held, both ways. */
  flush(): void;
  /** Nothing is under way that only ticks bring to its end: they may stop. */
  readonly restful: boolean;
  /** Ticks stop, but for one now and then whose sound is nobody's. */
  rest(): void;
  /** Ticks go on. Returns how many frames more are wanted at once, so that what sounds next is not held back. */
  wake(): number;
  close(): Promise<void>;
}

/** What a device tells of itself. */
export interface DeviceListener {
  state(state: 'ok' | 'fault', detail: string): void;
  malformed(detail: string): void;
  /** It wants ticks, should there be none for now. */
  stir(): void;
  /** The card lost sound. */
  xrun(part: Part): void;
}
