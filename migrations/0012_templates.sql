-- Words that an organisation has prepared for its messages, by kind, severity, kind of failure and audience.
create table message_template (
  id text primary key,
  name text not null unique,
  kind text not null check (kind in ('first','next','works_again','is_back','stand_down','correction','final')),
  -- null: whatever it is
  severity text check (severity in ('P1','P2','P3')),
  category text,
  audience text not null check (audience in ('clients','internal','public')),
  impact text not null,
  action text not null,
  updated_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index message_template_kind on message_template (kind);
