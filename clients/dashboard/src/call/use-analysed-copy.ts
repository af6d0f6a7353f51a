'use client';
/**
 * Sends the copy that is analysed, exactly while `allowed`: consent holds and the round is in progress. It travels to
 * the gateway beside the call, which goes from browser to browser.
 */
import { useEffect, useState } from 'react';
import type { InterviewSocket } from './interview-socket';
import { capturePicture } from './picture-capture';
import { captureSound } from './sound-capture';

export interface CopyParts {
  allowed: boolean;
  socket: InterviewSocket | undefined;
  local: MediaStream | undefined;
  /** The candidate's picture and tab are analysed; of the interviewer only what is said. */
  soundOnly: boolean;
}

/** @returns why nothing can be captured, if so */
export function useAnalysedCopy({ allowed, socket, local, soundOnly }: CopyParts): string | undefined {
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    if (!allowed || !socket || !local) return;
    let stopSound = () => {};
    let over = false;
    const fails = (what: string) => (error: Error) => setProblem(`The ${what} cannot be analysed: ${error.message}`);
    captureSound(local, (chunk) => {
      if (!over) socket.sendSound(chunk);
    }).then((stop) => {
      stopSound = stop;
      if (over) stop();
    }, fails('sound'));
    const stopPicture = soundOnly
      ? () => {}
      : capturePicture(local, (frame) => socket.sendPicture(frame), fails('picture'));
    return () => {
      over = true;
      stopSound();
      stopPicture();
      setProblem(undefined);
    };
  }, [allowed, socket, local, soundOnly]);

  useEffect(() => {
    if (!allowed || !socket || soundOnly) return;
    const tell = () => socket.tellVisibility(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [allowed, socket, soundOnly]);

  return problem;
}
