import { Migration } from '@mikro-orm/migrations';

/**
 * Video rooms: every round has one, from the moment it exists. What is asked of a provider is written down first
 * (`room_intents`), what it has yet to close is written down by the change that makes it so (`room_closings`).
 */
export class OpenRooms extends Migration {
  override up(): void {
    this.addSql(`
      alter table rounds.interview_rounds
        add column video_provider text check (video_provider in ('p2p', 'videosdk'))`);
    // Rounds from before there were rooms: a peer-to-peer room is nothing but an id.
    this.addSql(`
      update rounds.interview_rounds set video_provider = 'p2p', videosdk_meeting_id = 'p2p-' || id`);
    this.addSql(`
      alter table rounds.interview_rounds
        alter column video_provider set not null,
        alter column videosdk_meeting_id set not null`);
    // A row that comes in without a room (restored, imported) gets the one that needs nobody's answer.
    this.addSql(`
      create function rounds.give_room() returns trigger language plpgsql set search_path = pg_catalog as $$
      begin
        new.video_provider := 'p2p';
        new.videosdk_meeting_id := 'p2p-' || new.id;
        return new;
      end
      $$`);
    this.addSql(`
      create trigger room_of_imported_round before insert on rounds.interview_rounds
        for each row when (new.videosdk_meeting_id is null) execute function rounds.give_room()`);
    this.addSql(`
      comment on column rounds.interview_rounds.videosdk_meeting_id is 'The room''s id at video_provider, whichever that is'`);
    this.addSql(`
      create table rounds.room_intents (
        round_id uuid primary key,
        company_id varchar(255) not null,
        external_interview_id varchar(255) not null,
        round_number integer not null,
        provider text not null,
        asked_at timestamptz not null default now(),
        unique (company_id, external_interview_id, round_number)
      )`);
    this.addSql(`
      comment on table rounds.room_intents is
        'Rooms that are asked for and whose rounds are not there yet; whoever creates the same round shares the row'`);
    this.addSql(`
      create table rounds.room_closings (
        round_id uuid primary key,
        provider text not null,
        room_id varchar(255),
        attempts integer not null default 0,
        due_at timestamptz not null default now()
      )`);
    this.addSql(`
      comment on column rounds.room_closings.room_id is 'Null where the provider has to be asked whether it made one'`);
    this.addSql(`create index on rounds.room_closings (due_at)`);
    // However a round ends, is erased or is removed, its room is to be closed: nobody has to think of it.
    this.addSql(`
      create function rounds.close_room() returns trigger language plpgsql set search_path = pg_catalog as $$
      begin
        insert into rounds.room_closings (round_id, provider, room_id)
          values (old.id, old.video_provider, old.videosdk_meeting_id) on conflict do nothing;
        return null;
      end
      $$`);
    const over = (row: 'old' | 'new') =>
      `(${row}.status in ('COMPLETED', 'CANCELLED', 'NO_SHOW') or ${row}.erasure_id is not null)`;
    this.addSql(`
      create trigger room_of_ended_round after update on rounds.interview_rounds
        for each row when (${over('new')} and not ${over('old')}) execute function rounds.close_room()`);
    this.addSql(`
      create trigger room_of_removed_round after delete on rounds.interview_rounds
        for each row when (not ${over('old')}) execute function rounds.close_room()`);
  }

  override down(): void {
    this.addSql(`drop trigger room_of_ended_round on rounds.interview_rounds`);
    this.addSql(`drop trigger room_of_removed_round on rounds.interview_rounds`);
    this.addSql(`drop trigger room_of_imported_round on rounds.interview_rounds`);
    this.addSql(`drop function rounds.close_room, rounds.give_room`);
    this.addSql(`drop table rounds.room_closings, rounds.room_intents`);
    this.addSql(`
      alter table rounds.interview_rounds
        alter column videosdk_meeting_id drop not null, drop column video_provider`);
  }
}
