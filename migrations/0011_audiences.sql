-- Whose words are whose: every audience of a message has its text, and a delivery can only refer to the text of its own audience.

create table update_text (
  update_id text not null references incident_update,
  -- everybody inside, all affected clients, one client alone, the public page
  audience text not null check (audience in ('internal','clients','public') or audience ~ '^client:.'),
  impact text not null,
  action text not null,
  primary key (update_id, audience)
);

insert into update_text (update_id, audience, impact, action)
select id, audience, impact, action
from incident_update cross join unnest(array['internal', 'clients', 'public']) as wanted(audience)
where case audience when 'internal' then internal when 'public' then public_page else cardinality(client_ids) > 0 end
   or exists (select 1 from delivery d where d.update_id = incident_update.id
              and d.audience = case wanted.audience when 'clients' then 'client' else wanted.audience end);

alter table delivery add column text_audience text;
update delivery set text_audience = case audience when 'client' then 'clients' else audience end;
alter table delivery alter column text_audience set not null;
alter table delivery add constraint delivery_text foreign key (update_id, text_audience) references update_text (update_id, audience);
-- The text for one client reaches an address only as far as it speaks for that client.
alter table delivery add constraint delivery_reads_its_own check (case audience
  when 'internal' then text_audience = 'internal'
  when 'public' then text_audience = 'public'
  else text_audience = 'clients' or client_ids = array[substr(text_audience, 8)] end);
-- What is restricted or a drill is never public, whatever the program says.
alter table incident_update add constraint incident_update_public check (
  not public_page or not (coalesce((about ->> 'restricted')::boolean, false) or coalesce((about ->> 'drill')::boolean, false)));
