-- Whether another alert of one of its services may join without a word to anybody. It was reckoned from the document and from its
-- alerts, for every incident in every look, which grew with the storm; the incident knows it when it is saved.
alter table incident add column alerts_join_quietly boolean not null default false;

-- Read and deleted within half a second: compressing them cost more than writing them.
alter table alert_news
  alter column alert_ids set storage external, alter column opened_ids set storage external,
  alter column opened_services set storage external, alter column opened_proposed set storage external;
