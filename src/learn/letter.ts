/** The words of a learning mail: what is owed, by whom, by when, where to write it. Pure. */
import type { Incident } from '#incident/types.ts';

export type Letter = { to: { name: string; address: string }; subject: string; text: string };

export type LetterFacts = {
  person: { id: string; name: string; email: string; zone: string };
  /** Undefined for an action item that was agreed elsewhere, before. */
  incident: Pick<Incident, 'number' | 'title' | 'restricted'> | undefined;
  dueAt: Temporal.Instant;
  now: Temporal.Instant;
  /** Whose it is, when it is not the reader's own. */
  ownerName: string | undefined;
  item: { id: string; text: string; done_condition: string } | undefined;
  postmortemId: string | undefined;
  /** The public address; without it the mail goes without a link. */
  url: string | undefined;
};

export function letterOf(facts: LetterFacts): Letter {
  const { person, incident, item, dueAt, now, ownerName, url, postmortemId } = facts;
  const late = Temporal.Instant.compare(dueAt, now) <= 0;
  const restricted = incident?.restricted === true;
  const called = incident ? `INC-${incident.number}` : 'an earlier agreement';
  // A mail is read in many places: of a restricted incident it carries the number alone.
  const title = !incident || restricted ? called : `${called}, ${incident.title}`;
  const when = `${late ? 'was due' : 'is due'} ${inZone(dueAt, person.zone)}`;
  const what = item ? `The action item “${restricted ? called : item.text}”` : `The postmortem of ${title}`;
  const whose = ownerName ? ` It belongs to ${ownerName}.` : '';
  const condition = item && !restricted ? [`Done when: ${item.done_condition}`] : [];
  const place =
    item && !postmortemId ? 'postmortems?show=actions' : postmortemId && `postmortems/${postmortemId}`;
  const link = url && place ? [`${url}/${place}`] : [];
  const lines = [
    `${what} ${when}.${whose}`,
    ...condition,
    ...(item
      ? [incident ? `It was agreed after ${title}.` : 'It was agreed elsewhere and brought here.']
      : []),
    ...link,
    'This is a reminder in working hours. Nothing here ever pages.',
  ];
  const subject = `${late ? 'Overdue' : 'Due'}: ${item ? 'action item' : 'postmortem'} of ${called}`;
  return { to: { name: person.name, address: person.email }, subject, text: lines.join('\n\n') };
}

export function inZone(at: Temporal.Instant, zone: string): string {
  const local = at.toZonedDateTimeISO(zone);
  const text = `${local.toPlainDate().toString()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })} ${zone}`;
  return zone === 'UTC' ? text : `${text} (${at.toString({ smallestUnit: 'minute' }).slice(11, 16)} UTC)`;
}
