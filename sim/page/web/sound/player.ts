import { effect, signal } from '@preact/signals';
import type { Channel } from '../../sound.ts';
import { room } from '../room.ts';
import type { BufferStats } from './elastic-buffer.ts';
import workletUrl from './play-worklet.ts?worker&url';

/** The ears a person can listen at. */
export type Ear = Exclude<Channel, 'mouthpiece'>;

interface Line {
  readonly node: AudioWorkletNode;
  readonly analyser: AnalyserNode;
  readonly gain: GainNode;
  stats: BufferStats | null;
}

/** `waiting`: browsers let no sound out before the person has done something. */
export const soundState = signal<'waiting' | 'starting' | 'on' | 'failed'>('waiting');
/** Whether the called party's ear is listened to. The earpiece always is, but behind the called party's own door. */
export const listenToCallee = signal(false);
effect(() => {
  if (room.value === 'called-party') listenToCallee.value = true;
});

let context: AudioContext | null = null;
const lines = new Map<Ear, Line>();

/** At the rate of the frames where the browser can; otherwise at its own, and the buffer resamples. */
function openContext(): AudioContext {
  try {
    return new AudioContext({ sampleRate: 16_000, latencyHint: 'interactive' });
  } catch {
    return new AudioContext({ latencyHint: 'interactive' });
  }
}

function openLine(audio: AudioContext, ear: Ear): void {
  const node = new AudioWorkletNode(audio, 'play-frames', { numberOfInputs: 0, outputChannelCount: [1] });
  const analyser = new AnalyserNode(audio, { fftSize: 2_048, smoothingTimeConstant: 0.3 });
  const gain = new GainNode(audio, { gain: ear === 'earpiece' ? 1 : 0 });
  node.connect(analyser).connect(gain).connect(audio.destination);
  const line: Line = { node, analyser, gain, stats: null };
  node.port.onmessage = ({ data }: MessageEvent<BufferStats>) => {
    line.stats = data;
  };
  lines.set(ear, line);
}

/** Starts sound; to be called from a gesture of the person. Later calls only wake what the browser put to sleep. */
export async function startSound(): Promise<void> {
  if (context?.state === 'suspended') await context.resume();
  if (soundState.value !== 'waiting' && soundState.value !== 'failed') return;
  soundState.value = 'starting';
  try {
    context = openContext();
    await context.audioWorklet.addModule(workletUrl);
    openLine(context, 'earpiece');
    openLine(context, 'callee');
    await context.resume();
    soundState.value = 'on';
  } catch {
    await context?.close();
    context = null;
    soundState.value = 'failed';
  }
}

effect(() => {
  const heard = { earpiece: room.value !== 'called-party', callee: listenToCallee.value };
  if (soundState.value !== 'on' || !context) return;
  for (const [ear, { gain }] of lines) gain.gain.setTargetAtTime(heard[ear] ? 1 : 0, context.currentTime, 0.015);
});

/** Plays a frame at an ear. The frame is given away. */
export function playFrame(ear: Ear, frame: Int16Array<ArrayBuffer>): void {
  lines.get(ear)?.node.port.postMessage(frame, [frame.buffer]);
}

/** A short dry click, as a metal key gives. */
export function playClick(): void {
  if (context?.state !== 'running') return;
  const length = Math.round(context.sampleRate * 0.012);
  const buffer = context.createBuffer(1, length, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < length; i++) samples[i] = (Math.random() * 2 - 1) * 0.12 * (1 - i / length) ** 6;
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(context.destination);
  source.start();
}

/** Level at an ear as it is played, dB below full scale (RMS); -Infinity in silence. */
export function levelOf(ear: Ear): number {
  const line = lines.get(ear);
  if (!line) return Number.NEGATIVE_INFINITY;
  const samples = new Float32Array(line.analyser.fftSize);
  line.analyser.getFloatTimeDomainData(samples);
  const power = samples.reduce((sum, s) => sum + s * s, 0) / samples.length;
  return 10 * Math.log10(power);
}

/** The loudest frequency at an ear, Hz, and its level in dB; null before sound is on. */
export function peakOf(ear: Ear): { frequency: number; level: number } | null {
  const line = lines.get(ear);
  if (!line || !context) return null;
  const bins = new Float32Array(line.analyser.frequencyBinCount);
  line.analyser.getFloatFrequencyData(bins);
  let best = 0;
  for (let i = 1; i < bins.length; i++) if ((bins[i] ?? 0) > (bins[best] ?? 0)) best = i;
  return { frequency: (best * context.sampleRate) / line.analyser.fftSize, level: bins[best] ?? 0 };
}

/** How the buffer of an ear fares; null before sound is on. */
export const statsOf = (ear: Ear): BufferStats | null => lines.get(ear)?.stats ?? null;
