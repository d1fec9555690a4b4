-- Browsers that show notifications, answers that go back into Slack, and "nothing new" by SMS and by a button in Slack.

-- of a browser: when Humdrum was last opened in it
alter table channel add column used_at timestamptz;

-- a letter is a single message to one person; in Slack `to_address` is the channel and `thread` the message that it stands below
alter table letter add column channel text not null default 'email' check (channel in ('email','slack'));

-- One row per way by which somebody is nudged.
alter table nudge add column channel text not null default 'email' check (channel in ('email','sms','slack'));
alter table nudge add column address text not null default '';
alter table nudge drop constraint nudge_state_check;
alter table nudge add constraint nudge_state_check check (state in ('queued','sent','failed','not_needed','answered'));
alter table nudge drop constraint nudge_pkey;
alter table nudge add primary key (incident_id, cycle, person_id, channel, address);
-- {"channel","ts"}: where Slack has posted it, so that its button can be taken away
alter table nudge add column posted jsonb;
-- what stands in the place of the button once it was pressed; null once Slack shows it
alter table nudge add column reply text;
create index nudge_address on nudge (address) where channel = 'sms' and state = 'sent';
