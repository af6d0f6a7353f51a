import { Migration } from '@mikro-orm/migrations';

/** The guide's `interview_verdicts` with `company_id`. That a round has one verdict is the table's own rule. */
export class CreateVerdicts extends Migration {
  override up(): void {
    this.addSql(`create type verdicts.verdict_decision as enum ('ADVANCE', 'REJECT', 'HOLD', 'REASSESS')`);
    this.addSql(`
      create table verdicts.interview_verdicts (
        id uuid primary key default gen_random_uuid(),
        round_id uuid not null unique references rounds.interview_rounds (id),
        company_id varchar(255) not null,
        interviewer_id varchar(255) not null,
        decision verdicts.verdict_decision not null,
        overall_score integer not null check (overall_score between 1 and 10),
        technical_score integer check (technical_score between 1 and 10),
        communication_score integer check (communication_score between 1 and 10),
        cultural_fit_score integer check (cultural_fit_score between 1 and 10),
        strengths jsonb not null default '[]',
        weaknesses jsonb not null default '[]',
        notes text,
        private_notes text,
        ai_summary jsonb,
        submitted_at timestamptz not null default now()
      )`);
  }

  override down(): void {
    this.addSql(`drop table verdicts.interview_verdicts`);
    this.addSql(`drop type verdicts.verdict_decision`);
  }
}
