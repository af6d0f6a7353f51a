/** What is used here of sherpa-onnx-node, which has no declarations of its own. */
declare module 'sherpa-onnx-node' {
  interface OfflineStream {
    acceptWaveform(wave: { samples: Float32Array; sampleRate: number }): void;
  }
  class OfflineRecognizer {
    constructor(config: {
      featConfig: { sampleRate: number; featureDim: number };
      modelConfig: {
        whisper: {
          encoder: string;
          decoder: string;
          language: string;
          task: string;
          tailPaddings: number;
          enableTokenTimestamps: boolean;
        };
        tokens: string;
        numThreads: number;
        provider: string;
        debug: boolean;
      };
    });
    createStream(): OfflineStream;
    decode(stream: OfflineStream): void;
    getResult(stream: OfflineStream): unknown;
  }
  const sherpa: { OfflineRecognizer: typeof OfflineRecognizer };
  export default sherpa;
}
