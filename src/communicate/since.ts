/** What happened since the last message, as sentences for a draft: only what is on the record, and outside only what names nothing of ours. Pure. */
import type { Fact, FactOf } from '#incident/facts.ts';
import { sentence } from '#incident/sentences.ts';
import type { UpdateStatus } from '#incident/types.ts';
import { type At, counted, timeWithZone } from './words.ts';

export type Since = {
  /** For readers outside: no name, no number of ours, no guess. */
  outside: string[];
  /** Whether that says what is being done now, not only what was. */
  saysNow: boolean;
  /** One word on data, where it was checked since. */
  data: string | undefined;
  /** What works although a third party does not, in the public words that were written for it. */
  stillWorks: string[];
  /** Words of that kind that are true no longer. */
  worksNoMore: string[];
  /** For our own people: the lines of the timeline themselves. */
  inside: string[];
  /** What the record says of the repair, where it says anything. */
  status: UpdateStatus | undefined;
  /** What the draft was made from, for its writer. */
  lines: { seq: number; at: At; words: string }[];
};

const NEWS = [
  'change_suspected',
  'change_ruled_out',
  'what_changed_reviewed',
  'category_chosen',
  'action_started',
  'action_ended',
  'data_checked',
  'lever_answered',
  'lever_tried',
  'degradation_switched',
] as const;
type News = FactOf<(typeof NEWS)[number]>;

/**
 * @param facts of the incident, in any order
 * @param zone in which readers outside are told a time
 * @returns undefined when nothing happened that could be told
 */
export function sinceThen(
  facts: readonly Fact[],
  { after, zone, now }: { after: Temporal.Instant; zone: string; now: At },
): Since | undefined {
  const news = facts.filter(
    (fact): fact is News =>
      (NEWS as readonly string[]).includes(fact.kind) && Temporal.Instant.compare(fact.recordedAt, after) > 0,
  );
  const changed = changes(news);
  const acted = actions(news, (at) => timeWithZone(at, zone, now));
  const degraded = degradations(news);
  const outside = [...changed.words, ...acted.words, ...degraded.words];
  const data = dataWords(news);
  const { stillWorks, worksNoMore } = degraded;
  if (!outside.length && !data && !stillWorks.length && !worksNoMore.length) return undefined;
  return {
    outside,
    saysNow: changed.saysNow || acted.saysNow,
    data,
    stillWorks,
    worksNoMore,
    inside: news.map(sentence),
    status: repaired(news) || isDone(news) ? 'checking_repair' : undefined,
    lines: news.map((fact) => ({
      seq: fact.seq,
      at: fact.happenedAt.epochMilliseconds,
      words: sentence(fact),
    })),
  };
}

type Said = { words: string[]; saysNow: boolean };

function changes(news: readonly News[]): Said {
  const last = new Map<string, 'change_suspected' | 'change_ruled_out'>();
  for (const fact of news)
    if (fact.kind === 'change_suspected' || fact.kind === 'change_ruled_out')
      last.set(fact.changeId, fact.kind);
  const ruledOut = [...last.values()].filter((kind) => kind === 'change_ruled_out').length;
  const suspected = last.size - ruledOut;
  const words = [
    ...(ruledOut ? [`We have ruled out ${counted(ruledOut, 'recent change', 'recent changes')}.`] : []),
    ...(suspected ? [`We are checking ${counted(suspected, 'recent change', 'recent changes')} first.`] : []),
  ];
  return { words, saysNow: suspected > 0 };
}

function actions(news: readonly News[], time: (at: At) => string): Said {
  const ended = news.filter((fact) => fact.kind === 'action_ended');
  const over = new Set(ended.map((fact) => fact.actionId));
  const done = doneOnly(news).filter((fact) => !over.has(fact.actionId));
  for (const fact of done) over.add(fact.actionId);
  const running = news
    .filter((fact) => fact.kind === 'action_started')
    .filter((fact) => !over.has(fact.action.id))
    .map((fact) => fact.happenedAt.epochMilliseconds);
  const carriedOut = Math.min(...done.map((fact) => fact.happenedAt.epochMilliseconds));
  const failed = ended.filter((fact) => fact.outcome === 'did_not_work').length;
  const words = [
    ...(failed ? [`${failed === 1 ? 'One step' : `${failed} steps`} of ours did not help.`] : []),
    ...(repaired(news) ? ['One step of ours worked, and we are checking the repair.'] : []),
    ...(done.length
      ? [
          done.length === 1
            ? `One way to repair it was carried out at ${time(carriedOut)}, and we are checking whether it helps.`
            : `${done.length} ways to repair it were carried out, the first at ${time(carriedOut)}, and we are checking whether they help.`,
        ]
      : []),
    ...(running.length
      ? [
          running.length === 1
            ? `We have been trying one way to repair it since ${time(running[0]!)}.`
            : `We have been trying ${running.length} ways to repair it, the first since ${time(Math.min(...running))}.`,
        ]
      : []),
  ];
  return { words, saysNow: running.length > 0 || done.length > 0 || repaired(news) };
}

function repaired(news: readonly News[]): boolean {
  return news.findLast((fact) => fact.kind === 'action_ended')?.outcome === 'worked';
}

/** What the other side says it has done; whether it helped, only a person can say. */
function doneOnly(news: readonly News[]): FactOf<'lever_answered'>[] {
  return news.filter((fact) => fact.kind === 'lever_answered').filter((fact) => fact.state === 'done');
}

/** The last thing that is known of our own steps is that one was carried out. */
function isDone(news: readonly News[]): boolean {
  const last = news.findLast(
    (fact) => fact.kind === 'action_ended' || (fact.kind === 'lever_answered' && fact.state === 'done'),
  );
  return last?.kind === 'lever_answered';
}

/** Of each third party the last switch counts; the names of third parties stay inside. */
function degradations(news: readonly News[]): {
  words: string[];
  stillWorks: string[];
  worksNoMore: string[];
} {
  const last = new Map<string, FactOf<'degradation_switched'>>();
  for (const fact of news) if (fact.kind === 'degradation_switched') last.set(fact.what.thirdPartyId, fact);
  const switched = [...last.values()];
  const off = switched.filter((fact) => !fact.on);
  return {
    words: off.length ? ['What we had changed to get by meanwhile is undone.'] : [],
    stillWorks: switched.filter((fact) => fact.on).map((fact) => sentenceOf(fact.what.stillWorks)),
    worksNoMore: off.map((fact) => sentenceOf(fact.what.stillWorks)),
  };
}

export function sentenceOf(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

function dataWords(news: readonly News[]): string | undefined {
  const last = news.findLast((fact) => fact.kind === 'data_checked');
  if (!last) return undefined;
  return last.result === 'safe' ? 'No data is affected.' : 'Data is affected.';
}
