-- The machine keeps its own word: an automatic message names the next time, and is followed by another one when that passes in silence.
-- A row of late_message stays 'waiting' with the named time as its timer until a person speaks; 'sent' is how it ends then.
alter table late_message add column said integer not null default 0;

-- The facts of an automatic message, so that each reader gets its words in their own language: {"promise","cycle","promisedAt","first","detectedAt",
-- "calledCount","calling","saidBefore"}.
alter table incident_update add column lateness jsonb;
alter table incident_update add constraint incident_update_lateness check (lateness is null or kind = 'late');
-- What a person told this audience last, which the automatic message repeats: {"impact","continued","at"}.
alter table update_text add column confirmed jsonb;

-- In which language the reader gets what no person wrote; as the contact had it when the message went out.
alter table delivery add column language text not null default 'en';
