/** Rounds in the graph: arguments in, one call of the service, the answer out. */
import type { Role } from '@interview/schema/enums';
import { channels } from '@interview/schema/keys';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { latestFeed } from '@interview/subgraph-kit/feeds/latest-feed';
import type { Topics } from '@interview/subgraph-kit/feeds/topics';
import { connectionOf } from '@interview/subgraph-kit/paging';
import { PARTICIPANTS, required } from '@interview/subgraph-kit/round-access';
import { DateTime } from '@interview/subgraph-kit/scalars';
import DataLoader from 'dataloader';
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { RoleEnum } from './audit/audit-event.entity.js';
import { Question, Round } from './round.entity.js';
import { CreateRoundInput, RoundFilter, UpdateRoundInput } from './round.input.js';
import { listRounds } from './round.list.js';
import { findRound, type RoundService } from './round.service.js';

const { ConnectionType: RoundConnection } = connectionOf('Round', Round);
type RoundConnection = InstanceType<typeof RoundConnection>;

@ObjectType('Viewer', { description: 'Who the token says the caller is.' })
class ViewerType {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { nullable: true })
  email!: string | null;
  @Field(() => RoleEnum)
  role!: Role;
  @Field(() => ID)
  companyId!: string;
}

const QUESTIONS = Symbol('questions of a round');
const questionLoader = (context: SubgraphContext) =>
  context.loader<string, Question[]>(
    QUESTIONS,
    ({ em }) =>
      new DataLoader(async (roundIds) => {
        const questions = await em.find(
          Question,
          { round: { $in: [...roundIds] } },
          { orderBy: { askedAt: 'asc', id: 'asc' } },
        );
        return roundIds.map((id) => questions.filter((question) => question.round.id === id));
      }),
  );

/** The resolver class, bound to the service and to the topics its feed listens on. */
export function roundResolver(service: RoundService, topics: Topics) {
  @Resolver(() => Round)
  class RoundResolver {
    @Query(() => ViewerType, { nullable: true })
    viewer(@Ctx() { viewer }: SubgraphContext): ViewerType {
      return viewer;
    }

    @Query(() => Round, {
      nullable: true,
      description: 'NOT_FOUND is a null here, with no error: asking for what is not there is no fault.',
    })
    round(@Ctx() context: SubgraphContext, @Arg('id', () => ID) id: string): Promise<Round | null> {
      return findRound(context, id);
    }

    @Query(() => RoundConnection, {
      nullable: true,
      description:
        "EMPLOYEE: the rounds assigned to them; CANDIDATE: their own; HR, ADMIN: the company's. Newest scheduled first.",
    })
    async rounds(
      @Ctx() { em, viewer }: SubgraphContext,
      @Arg('filter', () => RoundFilter, { nullable: true }) filter?: RoundFilter | null,
      @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first?: number | null,
      @Arg('after', () => String, { nullable: true }) after?: string | null,
    ): Promise<RoundConnection> {
      return RoundConnection.of(await listRounds(em, viewer, { filter, first, after }));
    }

    @Mutation(() => Round, { description: 'HR, ADMIN.' })
    createRound(
      @Ctx() { em, viewer }: SubgraphContext,
      @Arg('input', () => CreateRoundInput) input: CreateRoundInput,
    ): Promise<Round> {
      return service.create(em, viewer, input);
    }

    @Mutation(() => Round, { description: 'HR, ADMIN, the assigned interviewer.' })
    updateRound(
      @Ctx() { em, viewer }: SubgraphContext,
      @Arg('id', () => ID) id: string,
      @Arg('input', () => UpdateRoundInput) input: UpdateRoundInput,
    ): Promise<Round> {
      return service.update(em, viewer, id, input);
    }

    @Mutation(() => Round, {
      description:
        'The assigned candidate or interviewer enters: SCHEDULED becomes WAITING_FOR_…, and IN_PROGRESS when both are there; an AI_CONDUCTED round needs the candidate only.',
    })
    joinRound(@Ctx() { em, viewer }: SubgraphContext, @Arg('id', () => ID) id: string): Promise<Round> {
      return service.join(em, viewer, id);
    }

    @Mutation(() => Round)
    leaveRound(@Ctx() { em, viewer }: SubgraphContext, @Arg('id', () => ID) id: string): Promise<Round> {
      return service.leave(em, viewer, id);
    }

    @Mutation(() => Round, { description: 'The assigned candidate. Withdrawn consent stops every analysis at once.' })
    recordConsent(
      @Ctx() { em, viewer }: SubgraphContext,
      @Arg('roundId', () => ID) roundId: string,
      @Arg('consent') consent: boolean,
    ): Promise<Round> {
      return service.recordConsent(em, viewer, roundId, consent);
    }

    @Mutation(() => Question, { description: 'The assigned interviewer, in a round in progress.' })
    markQuestion(
      @Ctx() { em, viewer }: SubgraphContext,
      @Arg('roundId', () => ID) roundId: string,
      @Arg('text') text: string,
      @Arg('askedAt', () => DateTime) askedAt: Date,
    ): Promise<Question> {
      return service.markQuestion(em, viewer, roundId, text, askedAt);
    }

    @FieldResolver(() => [Question])
    questions(@Root() round: Round, @Ctx() context: SubgraphContext): Promise<Question[]> {
      return questionLoader(context).load(round.id);
    }

    @Directive('@startsWithState')
    @Subscription(() => Round, {
      subscribe: async ({ args, context }: { args: { roundId: string }; context: SubgraphContext }) => {
        const { viewer } = context;
        const load = async () => {
          const round = await findRound(context, args.roundId);
          required(viewer, round?.access(), PARTICIPANTS);
          return round;
        };
        await load();
        return latestFeed<Round>({
          topics,
          topic: channels.roundChanged,
          concerns: (message) => (message as { id?: unknown } | null)?.id === args.roundId.toLowerCase(),
          load,
          versionOf: (round) => round.version,
        });
      },
    })
    roundUpdated(@Root() round: Round, @Arg('roundId', () => ID) _roundId: string): Round {
      return round;
    }
  }
  return RoundResolver;
}
