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
  close(): Promise<void>;
}

/** What a device tells of itself. */
export interface DeviceListener {
  state(state: 'ok' | 'fault', detail: string): void;
  malformed(detail: string): void;
  /** The card lost sound, `count` times. */
  xrun(part: Part, count: number): void;
}
