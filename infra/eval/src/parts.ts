/** Every part by its name, in the order in which all of them run. */
import { clean } from './clean/clean-interview.part.js';
import { contradictions } from './contradictions/contradictions.part.js';
import type { Part } from './part.js';
import { faces } from './pictures/faces.part.js';
import { quality } from './pictures/quality.part.js';
import { speech } from './sound/speech.part.js';
import { voices } from './sound/voices.part.js';
import { words } from './sound/words.part.js';
import { tabs } from './tabs/tabs.part.js';

export const PARTS: readonly Part[] = [faces, quality, speech, words, voices, tabs, contradictions, clean];
