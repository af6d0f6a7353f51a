/**
 * Every route of the guide's section 3 below `/api`: method and path → document of the graph → answer. Who may is
 * decided by the graph; a route adds names and statuses only. A new route is a new entry here: it is served,
 * described in the OpenAPI document and tested for its refusals from this table.
 */
import { notFound } from '@interview/runtime/errors';
import { z } from 'zod';
import { Aggregate, ConsentRecord, InsightList, Resume, Round, Verdict } from './answers.js';
import { documents } from './documents.js';
import { GraphRound, GraphVerdict, ofRound, toRound, toVerdict } from './mappings.js';
import { CreateRound, ListInsights, RecordConsent, SubmitVerdict, UpdateRound } from './requests.js';
import { type FileRoute, graphRoute, type Route } from './route.js';

const createRound = graphRoute({
  name: 'createRound',
  method: 'POST',
  path: '/rounds',
  tag: 'Rounds',
  summary: 'Create a round',
  description:
    'HR, ADMIN. Creates the video room too. The same external interview id and round number again answer the same ' +
    'round, with 200, if all other fields agree, else CONFLICT: a request whose answer was lost may be repeated.',
  success: { 201: 'Created.', 200: 'The same round was there already.' },
  errors: ['VALIDATION_FAILED', 'ACCESS_DENIED', 'CONFLICT'],
  document: documents.CreateRound,
  body: CreateRound,
  variables: ({ body }) => ({ input: body }),
  data: z.object({ createRound: GraphRound.extend({ just_created: z.boolean() }) }),
  answers: Round,
  answer: ({ createRound: { just_created: _, ...round } }) => toRound(round),
  status: (data) => (data.createRound.just_created ? 201 : 200),
});

const getRound = graphRoute({
  name: 'getRound',
  method: 'GET',
  path: '/rounds/:roundId',
  tag: 'Rounds',
  summary: 'Get a round',
  description: 'The assigned candidate and interviewer, HR, ADMIN.',
  success: { 200: 'The round.' },
  errors: ['VALIDATION_FAILED', 'ACCESS_DENIED', 'NOT_FOUND'],
  document: documents.Round,
  variables: ({ roundId }) => ({ roundId }),
  data: z.object({ round: GraphRound.nullable() }),
  answers: Round,
  answer: ({ round }) => toRound(ofRound(round)),
});

const updateRound = graphRoute({
  name: 'updateRound',
  method: 'PATCH',
  path: '/rounds/:roundId',
  tag: 'Rounds',
  summary: 'Move, plan or reassign a round',
  description:
    'HR, ADMIN, the assigned interviewer. A move that the lifecycle does not have is VALIDATION_FAILED, naming both states.',
  success: { 200: 'The round as it is now.' },
  errors: ['VALIDATION_FAILED', 'ACCESS_DENIED', 'NOT_FOUND'],
  document: documents.UpdateRound,
  body: UpdateRound,
  variables: ({ roundId, body }) => ({ roundId, input: body }),
  data: z.object({ updateRound: GraphRound }),
  answers: Round,
  answer: (data) => toRound(data.updateRound),
});

const recordConsent = graphRoute({
  name: 'recordConsent',
  method: 'POST',
  path: '/rounds/:roundId/consent',
  tag: 'Rounds',
  summary: 'Give or withdraw consent',
  description: 'The assigned candidate. Nothing is analysed before consent, and nothing after it was withdrawn.',
  success: { 200: 'Recorded.' },
  errors: ['VALIDATION_FAILED', 'ACCESS_DENIED', 'NOT_FOUND'],
  document: documents.RecordConsent,
  body: RecordConsent,
  variables: ({ roundId, body }) => ({ roundId, consent: body.consent }),
  data: z.object({ recordConsent: GraphRound.pick({ id: true, consent: true }) }),
  answers: ConsentRecord,
  answer: ({ recordConsent: { id, consent } }) => ({ round_id: id, consent: consent.given, consented_at: consent.at }),
});

const uploadResume: FileRoute = {
  name: 'uploadResume',
  kind: 'file',
  handler: 'upload',
  method: 'POST',
  path: '/resumes/upload',
  tag: 'Resumes',
  summary: 'Upload the resume of a round',
  description:
    'The assigned candidate and interviewer, HR, ADMIN. The type is told by the content, and the name must end the ' +
    "same. Takes an earlier one's place.",
  success: { 201: 'Stored.' },
  errors: ['VALIDATION_FAILED', 'ACCESS_DENIED', 'NOT_FOUND', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'],
};

const getResume = graphRoute({
  name: 'getResume',
  method: 'GET',
  path: '/resumes/round/:roundId',
  tag: 'Resumes',
  summary: 'Get what is known of the resume of a round',
  description: 'The assigned interviewer, HR, ADMIN; the candidate their own.',
  success: { 200: 'The resume.' },
  errors: ['VALIDATION_FAILED', 'ACCESS_DENIED', 'NOT_FOUND'],
  document: documents.ResumeOfRound,
  variables: ({ roundId }) => ({ roundId }),
  data: z.object({ round: z.object({ resume: Resume.nullable() }).nullable() }),
  answers: Resume,
  answer: ({ round }) => {
    const { resume } = ofRound(round);
    if (!resume) throw notFound('A resume of this round');
    return resume;
  },
});

const downloadResume: FileRoute = {
  name: 'downloadResume',
  kind: 'file',
  handler: 'download',
  method: 'GET',
  path: '/resumes/files/:filename',
  tag: 'Resumes',
  summary: 'Get the file of a resume',
  description: 'The assigned candidate and interviewer, HR, ADMIN. Answers ranges; always an attachment.',
  success: { 200: 'The file.', 206: 'The part that `Range` asked for.' },
  errors: ['ACCESS_DENIED', 'NOT_FOUND'],
};

const listInsights = graphRoute({
  name: 'listInsights',
  method: 'GET',
  path: '/insights/round/:roundId',
  tag: 'Insights',
  summary: 'List the insights of a round',
  description:
    'The assigned interviewer, HR, ADMIN. Insights that were stored together share their `created_at`: to read on ' +
    'without a gap give `end_cursor` as `after`.',
  success: { 200: 'Insights, oldest first.' },
  errors: ['VALIDATION_FAILED', 'ACCESS_DENIED', 'NOT_FOUND'],
  document: documents.InsightsOfRound,
  query: ListInsights,
  variables: ({ roundId, query }) => ({ roundId, ...query }),
  data: z.object({
    round: z
      .object({
        id: z.guid(),
        insights: z
          .object({
            nodes: z.array(InsightList.shape.insights.element.omit({ round_id: true })),
            total: z.int(),
            pageInfo: z.object({ endCursor: z.string().nullable() }),
          })
          .nullable(),
      })
      .nullable(),
  }),
  answers: InsightList,
  answer: ({ round }) => {
    const { id, insights } = ofRound(round);
    const { nodes, total, pageInfo } = ofRound(insights);
    return { insights: nodes.map((node) => ({ ...node, round_id: id })), total, end_cursor: pageInfo.endCursor };
  },
});

const getAggregate = graphRoute({
  name: 'getAggregate',
  method: 'GET',
  path: '/insights/:roundId/aggregate',
  tag: 'Insights',
  summary: 'Get the figures of a round',
  description: 'The assigned interviewer, HR, ADMIN. NOT_FOUND until something was measured.',
  success: { 200: 'Computed over everything so far.' },
  errors: ['VALIDATION_FAILED', 'ACCESS_DENIED', 'NOT_FOUND'],
  document: documents.AggregateOfRound,
  variables: ({ roundId }) => ({ roundId }),
  data: z.object({ round: z.object({ aggregate: Aggregate.nullable() }).nullable() }),
  answers: Aggregate,
  answer: ({ round }) => {
    const { aggregate } = ofRound(round);
    if (!aggregate) throw notFound('An aggregate of this round');
    return aggregate;
  },
});

const submitVerdict = graphRoute({
  name: 'submitVerdict',
  method: 'POST',
  path: '/verdicts',
  tag: 'Verdicts',
  summary: 'Submit the verdict on a round',
  description: 'The assigned interviewer, HR, ADMIN, while the round is IN_PROGRESS or COMPLETED. One for each round.',
  success: { 201: 'Submitted.' },
  errors: ['VALIDATION_FAILED', 'ACCESS_DENIED', 'NOT_FOUND', 'CONFLICT'],
  document: documents.SubmitVerdict,
  body: SubmitVerdict,
  variables: ({ body }) => ({ input: body }),
  data: z.object({ submitVerdict: GraphVerdict }),
  answers: Verdict,
  answer: (data, viewer) => toVerdict(data.submitVerdict, viewer),
});

const getVerdict = graphRoute({
  name: 'getVerdict',
  method: 'GET',
  path: '/verdicts/:roundId',
  tag: 'Verdicts',
  summary: 'Get the verdict on a round',
  description: 'The assigned interviewer, HR, ADMIN. NOT_FOUND until it was submitted.',
  success: { 200: 'The verdict.' },
  errors: ['VALIDATION_FAILED', 'ACCESS_DENIED', 'NOT_FOUND'],
  document: documents.VerdictOfRound,
  variables: ({ roundId }) => ({ roundId }),
  data: z.object({ verdict: GraphVerdict.nullable() }),
  answers: Verdict,
  answer: ({ verdict }, viewer) => {
    if (!verdict) throw notFound('A verdict on this round');
    return toVerdict(verdict, viewer);
  },
});

export const ROUTES: readonly Route[] = [
  createRound,
  getRound,
  updateRound,
  recordConsent,
  uploadResume,
  getResume,
  downloadResume,
  listInsights,
  getAggregate,
  submitVerdict,
  getVerdict,
];
