/** A postmortem as Markdown, for whoever keeps them elsewhere. Pure. */
import type { ActionItem } from './action-items.ts';
import type { Copy } from './library/copy.ts';
import { QUESTION_GROUPS } from './questions.ts';
import { FACTOR_NAMES, ownIn, type SectionName, type Sections, type TimelineEntry } from './sections.ts';

const NOTHING = '_Not written._';

export function markdownOf({ incident, title, publishedAt, sections, actionItems }: Copy): string {
  const { contributingFactors: factors } = sections;
  const own = (section: SectionName) =>
    ownIn(sections, section).map(({ label, text }) => optional(inline(label), text));
  const parts = [
    `# Postmortem of INC-${incident.number}: ${inline(title)}`,
    `${incident.severity} · ${publishedAt ? `published ${minute(publishedAt)}` : 'draft, not published'}`,
    block('Summary', sections.summary),
    block('Impact', sections.impact),
    ...own('timeline'),
    `## Timeline\n\n${sections.timeline.map((entry) => `- **${minute(entry.at)}** ${inline(entry.text)} _(${recorded(entry)}${inline(entry.source)})_`).join('\n') || NOTHING}`,
    `## Root cause\n\n**Trigger.** ${sections.trigger || NOTHING}\n\n${sections.rootCause || NOTHING}`,
    ...own('root_cause'),
    `## Contributing factors\n\n${FACTOR_NAMES.map((name) => factorLine(name, factors[name])).join('\n')}${factors.others ? `\n\n${factors.others}` : ''}`,
    optional('What limited the harm', sections.limitedHarm),
    optional('What went well', sections.wentWell),
    ...own('contributing_factors'),
    `## Action items\n\n${itemsText(actionItems, sections.noActionBecause)}`,
    optional('Open questions', sections.openQuestions),
    ...own('action_items'),
  ];
  return harmless(`${parts.filter(Boolean).join('\n\n')}\n`);
}

function block(title: string, text: string): string {
  return `## ${title}\n\n${text || NOTHING}`;
}

function optional(title: string, text: string): string {
  return text ? block(title, text) : '';
}

function factorLine(
  name: (typeof FACTOR_NAMES)[number],
  factor: Sections['contributingFactors'][typeof name],
): string {
  const label =
    QUESTION_GROUPS.flatMap((group) => group.questions).find(
      (each) => each.field === `contributingFactors.${name}`,
    )?.label ?? name;
  const answer =
    factor.answer === 'unanswered'
      ? NOTHING
      : factor.answer === 'no'
        ? `no, because ${inline(factor.text)}`
        : inline(factor.text);
  return `- **${label}**: ${answer}`;
}

function itemsText(items: ActionItem[], because: string): string {
  const lines = items
    .filter((item) => item.state !== 'dropped')
    .map(
      (item) =>
        `- [${item.state === 'done' ? 'x' : ' '}] ${inline(item.text)} — ${inline(item.ownerName)}, by ${item.dueOn}. Done when: ${inline(item.doneCondition)}`,
    );
  if (lines.length) return lines.join('\n');
  return because ? `No action, because ${because}` : NOTHING;
}

/** When it was written down, where that is not the minute in which it happened. */
function recorded({ at, recordedAt }: TimelineEntry): string {
  return recordedAt && minute(recordedAt) !== minute(at) ? `recorded ${minute(recordedAt)}, ` : '';
}

/** Whoever turns it into HTML gets neither tags nor links to anything but addresses of the web, mail, and this page. */
function harmless(markdown: string): string {
  return markdown
    .replace(/<(?=[a-z/!?])/gi, '\\<')
    .replace(/\](?=\(\s*(?!https?:|mailto:|#)|:\s*(?!https?:|mailto:|#))/gi, '\\]');
}

/** A line of a list stays one line. */
function inline(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

function minute(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}
