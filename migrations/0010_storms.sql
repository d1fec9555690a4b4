-- Alerts have ids that sort by time: the list is read in the order of its key, and needs no index of its own.
drop index alert_first;

-- The event that opened an alert lies with it, as it came, redacted; it is emptied after 30 days. What is added to an alert later
-- is a signal. In a storm nearly every event opens an alert, and so is written once.
alter table alert add column payload json;

-- Nobody searches by these; sampling them after every few thousand events costs more than all that is ever planned with them.
alter table alert alter column labels set statistics 0, alter column links set statistics 0,
  alter column details set statistics 0, alter column title set statistics 0, alter column source set statistics 0,
  alter column payload set statistics 0;
alter table signal alter column payload set statistics 0, alter column title set statistics 0;
