/**
 * The audit log's own database schema: append-only, one hash chain for each company.
 *
 * It belongs to the owner of the database, so no subgraph can change what is in it: all they have is
 * `audit.append`, and rounds, which answers `auditEvents`, may read. Each entry's hash covers the hash of the
 * entry before it, and `audit.chains` holds each chain's end: so `audit.broken_links` finds an entry that was
 * edited, removed or put in between, the last one too. Who owns the database could compute a whole chain anew;
 * docs/security.md says how to notice that as well.
 *
 * Every statement may run again on a database that has it already.
 */

/** Statements, in order, for the owner of the database, once the subgraphs' roles exist. */
export function auditSchema(roles: { writers: readonly string[]; readers: readonly string[] }): string[] {
  const grants = [
    ...roles.writers.map(
      (role) => `grant usage on schema audit to ${role}; grant execute on function audit.append(jsonb) to ${role}`,
    ),
    ...roles.readers.map((role) => `grant usage on schema audit to ${role}; grant select on audit.events to ${role}`),
  ];
  return [TABLES, HASH, APPEND, BROKEN_LINKS, GUARD, REVOKES, ...grants];
}

const TABLES = `
  create schema if not exists audit;
  create table if not exists audit.chains (
    company_id varchar(255) primary key,
    last_sequence bigint not null default 0,
    last_hash bytea not null default ''
  );
  create table if not exists audit.events (
    id uuid primary key default gen_random_uuid(),
    company_id varchar(255) not null,
    sequence bigint not null,
    at timestamptz not null,
    actor_id varchar(255) not null,
    actor_role text,
    action text not null,
    round_id uuid,
    detail jsonb not null,
    previous_hash bytea not null,
    hash bytea not null,
    unique (company_id, sequence)
  );
  create index if not exists events_of_round on audit.events (company_id, round_id, sequence);
  create index if not exists events_by_action on audit.events (company_id, action, sequence);
  create index if not exists events_by_time on audit.events (company_id, at)`;

/** Of everything that an entry says and of what came before. The instant is in microseconds, free of any time zone. */
const HASH = `
  create or replace function audit.hash_of(e audit.events) returns bytea
  language sql immutable set search_path = pg_catalog as $$
    select sha256(convert_to(jsonb_build_array(
      encode(e.previous_hash, 'hex'), e.id, e.company_id, e.sequence, (extract(epoch from e.at) * 1000000)::bigint,
      e.actor_id, e.actor_role, e.action, e.round_id, e.detail)::text, 'UTF8'))
  $$`;

/**
 * Locks each company's chain until the calling transaction ends; companies in order, so that no two wait for each
 * other. A chain's end is read and written once for each company: a row that one statement changes again and again
 * leaves a version behind each time, through all of which the next look has to go.
 */
const APPEND = `
  create or replace function audit.append(entries jsonb) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  declare
    given record;
    chain audit.chains;
    entry audit.events;
  begin
    for given in
      select e.* from rows from (
        jsonb_to_recordset(entries) as (company_id text, actor_id text, actor_role text, action text, round_id uuid, detail jsonb)
      ) with ordinality as e (company_id, actor_id, actor_role, action, round_id, detail, place)
      order by e.company_id, e.place
    loop
      if chain.company_id is distinct from given.company_id then
        update audit.chains c set last_sequence = chain.last_sequence, last_hash = chain.last_hash
          where c.company_id = chain.company_id;
        insert into audit.chains (company_id) values (given.company_id) on conflict do nothing;
        select * into chain from audit.chains c where c.company_id = given.company_id for update;
      end if;
      entry := null;
      entry.id := gen_random_uuid();
      entry.company_id := given.company_id;
      entry.sequence := chain.last_sequence + 1;
      entry.at := clock_timestamp();
      entry.actor_id := given.actor_id;
      entry.actor_role := given.actor_role;
      entry.action := given.action;
      entry.round_id := given.round_id;
      entry.detail := coalesce(given.detail, '{}');
      entry.previous_hash := chain.last_hash;
      entry.hash := audit.hash_of(entry);
      insert into audit.events select entry.*;
      chain.last_sequence := entry.sequence;
      chain.last_hash := entry.hash;
    end loop;
    update audit.chains c set last_sequence = chain.last_sequence, last_hash = chain.last_hash
      where c.company_id = chain.company_id;
  end
  $$`;

/** Every place where a chain does not hold; no row when the log is whole. */
const BROKEN_LINKS = `
  create or replace function audit.broken_links()
  returns table (company_id varchar, sequence bigint, problem text)
  language sql stable set search_path = pg_catalog as $$
    with links as (
      select e as entry, e.company_id, e.sequence,
        lag(e.sequence, 1, 0::bigint) over w as sequence_before, lag(e.hash, 1, ''::bytea) over w as hash_before
      from audit.events e window w as (partition by e.company_id order by e.sequence)
    ),
    ends as (
      select distinct on (e.company_id) e.company_id, e.sequence, e.hash
      from audit.events e order by e.company_id, e.sequence desc
    )
    select l.company_id, l.sequence, 'entries before it are missing' from links l where l.sequence <> l.sequence_before + 1
    union all
    select l.company_id, l.sequence, 'it was edited' from links l where (l.entry).hash <> audit.hash_of(l.entry)
    union all
    select l.company_id, l.sequence, 'it does not follow the entry before it' from links l
      where l.sequence = l.sequence_before + 1 and (l.entry).previous_hash <> l.hash_before
    union all
    select coalesce(c.company_id, n.company_id), coalesce(n.sequence, 0), 'the end of the chain is another one'
      from audit.chains c full join ends n on n.company_id = c.company_id
      where c.last_sequence is distinct from n.sequence or c.last_hash is distinct from n.hash
    order by 1, 2
  $$`;

/** A slip of the owner's hand fails too; who means it has to take the trigger away first. */
const GUARD = `
  create or replace function audit.refuse_change() returns trigger language plpgsql as $$
  begin
    raise exception 'the audit log is append-only';
  end
  $$;
  create or replace trigger append_only before update or delete or truncate on audit.events
    for each statement execute function audit.refuse_change()`;

const REVOKES = `
  revoke all on schema audit from public;
  revoke all on all tables in schema audit from public;
  revoke all on all functions in schema audit from public`;
