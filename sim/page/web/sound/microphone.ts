import { signal } from '@preact/signals';
import workletUrl from './capture-worklet.ts?worker&url';

/** `test-signal`: the world speaks in the person's place. */
export const microphone = signal<'test-signal' | 'asking' | 'on' | 'refused' | 'absent'>('test-signal');

let stop: (() => void) | null = null;

const reasonOf = (error: unknown): 'refused' | 'absent' =>
  error instanceof DOMException && error.name === 'NotAllowedError' ? 'refused' : 'absent';

/** Asks for the browser's microphone and gives its frames to `send` until it is stopped. */
export async function startMicrophone(send: (frame: Int16Array) => void): Promise<void> {
  if (microphone.value === 'asking' || microphone.value === 'on') return;
  microphone.value = 'asking';
  let context: AudioContext | null = null;
  let stream: MediaStream | null = null;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
    // At the rate of the device: Firefox joins no stream to a context of another rate.
    context = new AudioContext({ latencyHint: 'interactive' });
    await context.audioWorklet.addModule(workletUrl);
    const node = new AudioWorkletNode(context, 'capture-frames', { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }: MessageEvent<Int16Array>) => send(data);
    context.createMediaStreamSource(stream).connect(node);
    await context.resume();
    const [track] = stream.getTracks();
    track?.addEventListener('ended', () => stopMicrophone());
    const opened = { context, stream };
    stop = () => {
      for (const t of opened.stream.getTracks()) t.stop();
      void opened.context.close();
    };
    microphone.value = 'on';
  } catch (error) {
    for (const t of stream?.getTracks() ?? []) t.stop();
    await context?.close();
    microphone.value = reasonOf(error);
  }
}

/** Gives the microphone back; the world's own test signal takes its place. */
export function stopMicrophone(): void {
  stop?.();
  stop = null;
  microphone.value = 'test-signal';
}
