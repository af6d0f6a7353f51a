/** Tells those in a round who comes and goes, whichever replica they are connected to. */
import type { Logger } from '@interview/runtime/log';
import type { RoundState } from '@interview/schema/messages';
import { type InterviewServer, type InterviewSocket, roomOf, roomOfPerson } from './interview-socket.js';
import type { Presence } from './presence.js';
import type { Person } from './presence-store.js';
import type { RoundStates } from './round-states.js';

type Participant = 'candidate' | 'interviewer';

export interface Participants {
  /** Tells a newcomer who is there already. */
  introduce(socket: InterviewSocket, roundId: string): Promise<void>;
}

export function createParticipants(options: {
  io: InterviewServer;
  presence: Presence;
  rounds: RoundStates;
  log: Logger;
}): Participants {
  const { io, presence, rounds, log } = options;
  presence.onChange((change, roundId, person) => {
    const participant: Participant = person.role === 'CANDIDATE' ? 'candidate' : 'interviewer';
    const others = io.to(roomOf(roundId)).except(roomOfPerson(person));
    others.emit(`participant-${change}`, { roundId, participant });
  });
  return {
    async introduce(socket, roundId) {
      const { id, role } = socket.data.viewer;
      try {
        const round = await rounds.get(roundId);
        if (!round) return;
        for (const person of await presence.peopleIn(roundId)) {
          const participant = participantOf(person, round);
          if (!participant || (person.id === id && person.role === role)) continue;
          socket.emit('participant-joined', { roundId, participant });
        }
      } catch (error) {
        // A round can be watched without it: its feeds do not come through Redis here.
        log.debug({ roundId, err: error }, 'who is in the round could not be told');
      }
    },
  };
}

/** Undefined for somebody of whom the graph has not said yet that they may be there. */
function participantOf({ companyId, role, id }: Person, round: RoundState): Participant | undefined {
  if (companyId !== round.companyId) return undefined;
  if (role === 'CANDIDATE' && id === round.candidateId) return 'candidate';
  return role === 'EMPLOYEE' && id === round.interviewerId ? 'interviewer' : undefined;
}
