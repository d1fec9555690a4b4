-- What a sender said beside the title is kept as it was written: nothing searches inside it, and to take it apart costs as much as
-- to store it.
alter table alert
  alter column labels type json using labels::json,
  alter column links type json using links::json,
  alter column details type json using details::json;

-- What may join an incident without a word to anybody is told with all that is needed for it: nobody reads the alerts again.
alter table alert_news
  add column opened_ids text[], add column opened_services text[], add column opened_proposed text[];

-- What is open under a key is found by 128 bits of the key's SHA-256: an index of the keys themselves, which come in no order, grows
-- three times as large, and soon lies outside of PostgreSQL's memory.
alter table alert add column key_hash uuid;
update alert set key_hash =
  encode(substring(sha256(convert_to(integration_id || ' ' || dedup_key, 'UTF8')) from 1 for 16), 'hex')::uuid;
alter table alert alter column key_hash set not null;
drop index alert_open;
create unique index alert_open on alert (key_hash) where state = 'open';
