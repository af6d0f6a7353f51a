/**
 * The documents that the routes ask the graph with. Fields take the guide's names as aliases, so that the graph's
 * answer needs little more than to be taken apart.
 */
const ROUND_FIELDS = `
  id
  external_interview_id: externalInterviewId
  external_candidate_id: externalCandidateId
  external_interviewer_id: externalInterviewerId
  external_job_role_id: externalJobRoleId
  round_number: roundNumber
  round_type: roundType
  interview_mode: interviewMode
  status
  meeting { provider id token expiresAt }
  scheduled_at: scheduledAt
  scheduled_duration_minutes: scheduledDurationMinutes
  started_at: startedAt
  ended_at: endedAt
  consent { given at }
  created_at: createdAt
  updated_at: updatedAt
`;

const VERDICT_FIELDS = `
  id
  round { id }
  interviewer_id: interviewerId
  decision
  overall_score: overallScore
  technical_score: technicalScore
  communication_score: communicationScore
  cultural_fit_score: culturalFitScore
  strengths
  weaknesses
  notes
  private_notes: privateNotes
  ai_summary: aiSummary
  created_at: submittedAt
`;

export const documents = {
  CreateRound: `mutation CreateRound($input: CreateRoundInput!) {
      createRound(input: $input) { just_created: justCreated ${ROUND_FIELDS} }
    }`,
  Round: `query Round($roundId: ID!) { round(id: $roundId) { ${ROUND_FIELDS} } }`,
  UpdateRound: `mutation UpdateRound($roundId: ID!, $input: UpdateRoundInput!) {
      updateRound(id: $roundId, input: $input) { ${ROUND_FIELDS} }
    }`,
  RecordConsent: `mutation RecordConsent($roundId: ID!, $consent: Boolean!) {
      recordConsent(roundId: $roundId, consent: $consent) { id consent { given at } }
    }`,
  ResumeOfRound: `query ResumeOfRound($roundId: ID!) {
      round(id: $roundId) {
        resume {
          id
          round_id: roundId
          external_candidate_id: externalCandidateId
          file_name: fileName
          file_url: fileUrl
          mime_type: mimeType
          size_bytes: sizeBytes
          created_at: createdAt
        }
      }
    }`,
  InsightsOfRound: `query InsightsOfRound($roundId: ID!, $since: DateTime, $limit: Int!, $after: String) {
      round(id: $roundId) {
        id
        insights(since: $since, first: $limit, after: $after) {
          nodes {
            id
            timestamp_ms: timestampMs
            insight_type: type
            severity
            value
            explanation
            source
            disposition
            created_at: createdAt
          }
          total: totalCount
          pageInfo { endCursor }
        }
      }
    }`,
  AggregateOfRound: `query AggregateOfRound($roundId: ID!) {
      round(id: $roundId) {
        aggregate {
          round_id: roundId
          aggregated_at: aggregatedAt
          speech {
            average_confidence: averageConfidence
            total_hesitations: totalHesitations
            average_response_time_ms: averageResponseTimeMs
            talk_ratio: talkRatio
            words_per_minute: wordsPerMinute
          }
          video {
            engagement_score: engagementScore
            eye_contact_percentage: eyeContactPercentage
            head_movement: headMovement
          }
          fraud {
            alerts_count: alertsCount
            tab_switches: tabSwitches
            multiple_faces_detected: multipleFacesDetected
            face_switches: faceSwitches
            background_voices: backgroundVoices
          }
          recommendations { category question reason insight_ids: insightIds }
        }
      }
    }`,
  SubmitVerdict: `mutation SubmitVerdict($input: SubmitVerdictInput!) {
      submitVerdict(input: $input) { ${VERDICT_FIELDS} }
    }`,
  VerdictOfRound: `query VerdictOfRound($roundId: ID!) { verdict(roundId: $roundId) { ${VERDICT_FIELDS} } }`,
} as const;
