-- What a sender said beside the title is kept as it was written: nothing searches inside it, and to take it apart costs as much as
-- to store it.
alter table alert
  alter column labels type json using labels::json,
  alter column links type json using links::json,
  alter column details type json using details::json;

-- What may join an incident without a word to anybody is told with all that is needed for it: nobody reads the alerts again.
alter table alert_news
  add column opened_ids text[], add column opened_services text[], add column opened_proposed text[];
