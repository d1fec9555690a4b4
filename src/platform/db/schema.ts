/** The tables as TypeScript sees them. Generated from migrations/ by scripts/schema.ts; do not edit. */
import type { ColumnType, Generated } from 'kysely';

export type Schema = {
  client: {
    id: string;
    name: string;
    account_owner_id: string | null;
    archived_at: Temporal.Instant | null;
    created_at: Temporal.Instant;
    updated_at: Temporal.Instant;
  };
  client_service: {
    client_id: string;
    service_id: string;
  };
  contact: {
    id: string;
    client_id: string;
    name: string;
    email: string | null;
    phone: string | null;
    language: Generated<string>;
    zone: Generated<string>;
    archived_at: Temporal.Instant | null;
    created_at: Temporal.Instant;
    updated_at: Temporal.Instant;
  };
  fact: {
    incident_id: string;
    seq: number;
    kind: string;
    happened_at: Temporal.Instant;
    recorded_at: Temporal.Instant;
    actor: unknown;
    source: string;
    data: unknown;
  };
  idempotency: {
    caller: string;
    key: string;
    request_hash: string;
    status: number | null;
    body: string | null;
    created_at: Temporal.Instant;
  };
  incident: {
    id: string;
    number: Generated<number>;
    reference: string;
    seq: number;
    title: string;
    state: string;
    severity: string;
    restricted: Generated<boolean>;
    viewers: Generated<string[]>;
    automatic: Generated<boolean>;
    storm_key: string | null;
    service_ids: Generated<string[]>;
    lead_id: string | null;
    comms_id: string | null;
    policy_version: number;
    drill: Generated<boolean>;
    detected_at: Temporal.Instant;
    declared_at: Temporal.Instant;
    restored_at: Temporal.Instant | null;
    ended_at: Temporal.Instant | null;
    updated_at: Temporal.Instant;
    document: unknown;
  };
  live_event: {
    tx: Generated<number>;
    seq: Generated<number>;
    kind: string;
    id: string;
    version: number;
    viewers: string[] | null;
    created_at: Temporal.Instant;
  };
  migration: {
    name: string;
    hash: string;
    applied_at: Temporal.Instant;
  };
  person: {
    id: string;
    name: string;
    email: string;
    zone: Generated<string>;
    channels: Generated<unknown>;
    login_id: string | null;
    rest_until: Temporal.Instant | null;
    archived_at: Temporal.Instant | null;
    created_at: Temporal.Instant;
    updated_at: Temporal.Instant;
  };
  policy_version: {
    version: Generated<number>;
    yaml: string;
    document: unknown;
    note: Generated<string>;
    created_by: string | null;
    created_at: Temporal.Instant;
  };
  promise: {
    id: Generated<number>;
    subject_kind: string;
    subject_id: string;
    kind: string;
    cycle: number;
    owner_id: string | null;
    opened_at: Temporal.Instant;
    due_at: Temporal.Instant;
    next_wake_at: Temporal.Instant | null;
    step: Generated<number>;
    state: string;
    missed_at: Temporal.Instant | null;
    ended_at: Temporal.Instant | null;
  };
  service: {
    id: string;
    name: string;
    slug: string;
    description: Generated<string>;
    public_name: string | null;
    on_public_page: Generated<boolean>;
    owner_team_id: string | null;
    region: string | null;
    zone: Generated<string>;
    primary_id: string | null;
    backup_id: string | null;
    manager_id: string | null;
    second_team_id: string | null;
    archived_at: Temporal.Instant | null;
    created_at: Temporal.Instant;
    updated_at: Temporal.Instant;
  };
  service_dependency: {
    service_id: string;
    depends_on_id: string;
  };
  service_third_party: {
    service_id: string;
    third_party_id: string;
  };
  setting: {
    key: string;
    value: unknown;
    updated_at: Temporal.Instant;
  };
  team: {
    id: string;
    name: string;
    archived_at: Temporal.Instant | null;
    created_at: Temporal.Instant;
    updated_at: Temporal.Instant;
  };
  team_member: {
    team_id: string;
    person_id: string;
  };
  third_party: {
    id: string;
    name: string;
    status_url: string | null;
    archived_at: Temporal.Instant | null;
    created_at: Temporal.Instant;
    updated_at: Temporal.Instant;
  };
};
