/** What is said in `hesitant_answer`, word by word: the text is ours, the times are pocketsphinx's alignment of it. */
import { recording } from './recordings.fixtures.js';

/** Milliseconds from the recording's first sample. */
export interface SpokenWord {
  text: string;
  /** As it is read, with punctuation. */
  written: string;
  startMs: number;
  endMs: number;
  confidence: number;
}

/** Sound with the words in it. */
export interface SpokenAudio {
  samples: Int16Array;
  words: readonly SpokenWord[];
}

const TIMELINE = `
We 3180 3320, had 3320 3460, a 3460 3510, problem 3510 4030, with 4030 4190, high 4190 4320, latency 4320 4910,
in 4910 4990, our 4990 5230, order 5230 5590, service; 5590 6100, so 6160 6300, I 8890 9000, profiled 9000 9570,
it 9570 9690, and 9690 9840, found 9840 10220, that 10220 10390, the 10390 10490, database 10490 11150,
was 11150 11330, missing 11330 11700, an 11700 11800, index. 11800 12440, After 12480 12890, adding 12890 13120,
it 13120 13260, the 13260 13370, response 13370 13960, time 13960 14260, dropped 14260 14650, by 14650 14810,
eighty 14810 15110, percent. 15110 15760`;

export function spokenWords(timeline: string): SpokenWord[] {
  return timeline
    .trim()
    .split(/,\s+/)
    .map((entry) => {
      const [written = '', startMs, endMs] = entry.split(' ');
      const text = written.toLowerCase().replace(/[.;]/, '');
      return { text, written, startMs: Number(startMs), endMs: Number(endMs), confidence: 0.9 };
    });
}

/** The recording, and one part of it that holds its first sentence's beginning. */
export const hesitantAnswer = (): SpokenAudio => ({
  samples: recording('hesitant_answer'),
  words: spokenWords(TIMELINE),
});

/** 3.3 s: "we had a problem with high latency in our order service so". */
export const firstUtterance = () => recording('hesitant_answer').subarray(16 * 2_880, 16 * 6_500);
/** 4.3 s: "i profiled it and found that the database was missing an index". */
export const secondUtterance = () => recording('hesitant_answer').subarray(16 * 8_590, 16 * 12_470);
export const FIRST_WORDS = 'we had a problem with high latency in our order service so';
export const SECOND_WORDS = 'i profiled it and found that the database was missing an index';
