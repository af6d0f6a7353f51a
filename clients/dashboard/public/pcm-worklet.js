/**
 * Runs on the audio thread of a context at 16 kHz: hands the page quarter seconds of signed 16-bit mono PCM, each
 * with the number of its first sample. It is served as it stands, since a browser loads it by its address.
 */
const SAMPLES = 4000;

class PcmWorklet extends AudioWorkletProcessor {
  constructor() {
    super();
    this.first = currentFrame;
    this.filled = 0;
    this.block = new Int16Array(SAMPLES);
  }

  process([input]) {
    const channels = input.length;
    // Without a channel the device is silent for now: time goes on, so zeros do.
    const frames = channels > 0 ? input[0].length : 128;
    if (this.filled === 0) this.first = currentFrame;
    for (let i = 0; i < frames; i++) {
      let sum = 0;
      for (const channel of input) sum += channel[i];
      const sample = channels > 0 ? Math.max(-1, Math.min(1, sum / channels)) : 0;
      this.block[this.filled++] = Math.round(sample * 32767);
      if (this.filled === SAMPLES) this.hand(currentFrame + i + 1);
    }
    return true;
  }

  hand(next) {
    this.port.postMessage({ first: this.first, samples: this.block }, [this.block.buffer]);
    this.block = new Int16Array(SAMPLES);
    this.filled = 0;
    this.first = next;
  }
}

registerProcessor('pcm', PcmWorklet);
