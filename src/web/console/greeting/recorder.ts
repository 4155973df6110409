/** Longer nobody's name is said, ms. */
const LONGEST = 10_000;

/** A recording that is being made. */
export interface Recorder {
  /** What was recorded, once `stop` was called or it was long enough. */
  readonly done: Promise<Blob>;
  stop(): void;
}

/** Records from the microphone; null where there is none, or it may not be used. */
export async function record(): Promise<Recorder | null> {
  // Without TLS a browser knows no microphone.
  const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
  const stream = await mediaDevices?.getUserMedia({ audio: true }).catch(() => null);
  if (!stream) return null;
  const recorder = new MediaRecorder(stream);
  const pieces: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => pieces.push(data));
  const stop = () => {
    if (recorder.state !== 'inactive') recorder.stop();
  };
  const late = setTimeout(stop, LONGEST);
  const done = new Promise<Blob>((resolve) => {
    recorder.addEventListener('stop', () => {
      clearTimeout(late);
      for (const track of stream.getTracks()) track.stop();
      resolve(new Blob(pieces, { type: recorder.mimeType }));
    });
  });
  recorder.start();
  return { done, stop };
}
