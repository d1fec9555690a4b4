-- What a sender said beside the title is kept as it was written: nothing searches inside it, and to take it apart costs as much as
-- to store it.
alter table alert
  alter column labels type json using labels::json,
  alter column links type json using links::json,
  alter column details type json using details::json;
