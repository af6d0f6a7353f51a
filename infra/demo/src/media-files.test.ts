import { describe, expect, it } from '@jest/globals';
import { loadInterview } from './interview.js';
import { pcmBytes, readWav, splitMjpeg } from './media-files.js';

/** A WAV file with a foreign chunk of odd length before the samples. */
function wav(samples: Buffer, { rate = 16_000, channels = 1, bits = 16 } = {}): Buffer {
  const chunk = (name: string, body: Buffer) => {
    const head = Buffer.alloc(8);
    head.write(name, 'latin1');
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
  };
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt16LE(bits, 14);
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    chunk('fmt ', format),
    chunk('LIST', Buffer.from('odd')),
    chunk('data', samples),
  ]);
  const riff = Buffer.alloc(8);
  riff.write('RIFF', 'latin1');
  riff.writeUInt32LE(body.length, 4);
  return Buffer.concat([riff, body]);
}

describe('readWav', () => {
  it('gives the samples alone, whatever chunks stand before them', () => {
    const samples = Buffer.from([1, 2, 3, 4]);
    expect(readWav(wav(samples))).toEqual(samples);
  });

  it.each([{ rate: 44_100 }, { channels: 2 }, { bits: 8 }])(
    'refuses another form than the product takes: %p',
    (form) => {
      expect(() => readWav(wav(Buffer.alloc(4), form))).toThrow('expected mono 16-bit PCM at 16000 Hz');
    },
  );

  it('refuses what is no WAV file', () => {
    expect(() => readWav(Buffer.from('no sound at all'))).toThrow('not a WAV file');
  });
});

describe('splitMjpeg', () => {
  const picture = (content: number[]) => Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...content, 0xff, 0xd9]);

  it('gives each picture whole and in order', () => {
    const pictures = [picture([1, 2]), picture([3]), picture([4, 5, 6])];
    expect(splitMjpeg(Buffer.concat(pictures))).toEqual(pictures);
  });

  it('refuses a picture that was cut off', () => {
    expect(() => splitMjpeg(picture([1]).subarray(0, -2))).toThrow('does not end');
  });
});

describe('the interview', () => {
  it('lasts 30 to 75 s, with sound and pictures for all of it', async () => {
    const interview = await loadInterview();
    expect(interview.durationMs).toBeGreaterThanOrEqual(30_000);
    expect(interview.durationMs).toBeLessThanOrEqual(75_000);
    expect(interview.candidateAudio).toHaveLength(pcmBytes(interview.durationMs));
    expect(interview.interviewerAudio).toHaveLength(pcmBytes(interview.durationMs));
    expect(interview.frames).toHaveLength(interview.durationMs / interview.frameMs);
    expect(interview.cues.every((cue) => cue.atMs < interview.durationMs)).toBe(true);
  });

  it('lets only one person speak at a time', async () => {
    const { candidateAudio, interviewerAudio } = await loadInterview();
    const both = candidateAudio.findIndex(
      (_byte, at) => at % 2 === 0 && candidateAudio.readInt16LE(at) !== 0 && interviewerAudio.readInt16LE(at) !== 0,
    );
    expect(both).toBe(-1);
  });
});
