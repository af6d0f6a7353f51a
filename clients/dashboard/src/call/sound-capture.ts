/** A microphone's sound as the analysers want it: chunks of 16 kHz mono PCM, each with the time of its first sample. */
import { CaptureClock } from './capture-clock';

const SAMPLE_RATE = 16_000;

export interface SoundChunk {
  chunk: ArrayBuffer;
  timestamp: number;
}

/**
 * Hands over chunks until the function that comes back is called. A stream without sound gives none.
 * @throws DOMException where the browser cannot capture
 */
export async function captureSound(stream: MediaStream, onChunk: (chunk: SoundChunk) => void): Promise<() => void> {
  if (stream.getAudioTracks().length === 0) return () => undefined;
  const context = new AudioContext({ sampleRate: SAMPLE_RATE }); // the browser resamples into it
  const stop = () => {
    if (context.state !== 'closed') void context.close();
  };
  try {
    await context.audioWorklet.addModule('/pcm-worklet.js');
    await context.resume();
  } catch (error) {
    stop();
    throw error;
  }
  const clock = new CaptureClock(() => Date.now());
  const worklet = new AudioWorkletNode(context, 'pcm', { numberOfOutputs: 0 });
  worklet.port.onmessage = ({ data }: MessageEvent<{ first: number; samples: Int16Array<ArrayBuffer> }>) => {
    onChunk({ chunk: data.samples.buffer, timestamp: clock.stampOf(data.first, data.samples.length) });
  };
  context.createMediaStreamSource(stream).connect(worklet);
  return () => {
    worklet.port.onmessage = null;
    stop();
  };
}
