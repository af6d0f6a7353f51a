/** Every part by its name, in the order in which all of them run. */
import type { Part } from './part.js';
import { faces } from './pictures/faces.part.js';
import { speech } from './sound/speech.part.js';

export const PARTS: readonly Part[] = [faces, speech];
