/** Turns changed sections into edits of the document, so that nothing is written over that others wrote meanwhile. Pure. */
import type * as Y from 'yjs';
import {
  ANSWERS,
  addLine,
  addOwn,
  LINE_ORDER,
  linesOf,
  lineText,
  ownOf,
  ROOT_TEXTS,
  rootText,
  saidBy,
  sectionsIn,
  TAKEN_OUT,
  textIn,
} from './document.ts';
import { FACTOR_NAMES, type OwnAnswer, type Sections, type TimelineEntry } from './sections.ts';
import { rebased, type Span, spanBetween, wordSpans } from './span.ts';

/**
 * `merge`: whatever was typed finds a place. `refuse`: where somebody else changed the same words, nothing at all is changed; for
 * programs, which send whole texts and cannot see what became of them.
 */
export type WhenTouched = 'merge' | 'refuse';

/**
 * Changes the document from what `base` says to what `next` says; what only others changed since `base` stays.
 * @returns the fields that somebody else changed at the same place; then nothing was changed. Always empty with `merge`
 */
export function placeSections(
  doc: Y.Doc,
  base: Sections,
  next: Sections,
  { whenTouched, origin }: { whenTouched: WhenTouched; origin?: unknown },
): string[] {
  const current = sectionsIn(doc);
  const plan: Plan = { doc, whenTouched, edits: [], touched: new Set() };
  for (const name of ROOT_TEXTS)
    planText(plan, rootText(doc, name), pathOf(name), {
      base: textIn(base, name),
      current: textIn(current, name),
      next: textIn(next, name),
    });
  planAnswers(plan, base, current, next);
  planLines(plan, base.timeline, current.timeline, next.timeline);
  planOwn(plan, base.own ?? [], next.own ?? []);
  if (whenTouched === 'refuse' && plan.touched.size) return [...plan.touched];
  if (plan.edits.length)
    doc.transact(() => {
      for (const edit of plan.edits) edit();
    }, origin);
  return [];
}

/** What a person typed into one text, of which their screen showed `shown`. */
export function placeTyped(
  text: Y.Text,
  { shown, typed, caret, origin }: { shown: string; typed: string; caret: number; origin: unknown },
): void {
  const span = spanBetween(shown, typed, caret);
  if (!span) return;
  const { spans } = rebased(shown, text.toString(), [span]);
  if (text.doc) text.doc.transact(() => applySpans(text, spans), origin);
}

type Plan = { doc: Y.Doc; whenTouched: WhenTouched; edits: (() => void)[]; touched: Set<string> };
type Three<Value> = { base: Value; current: Value; next: Value };

function planText(plan: Plan, text: Y.Text, path: string, { base, current, next }: Three<string>): void {
  // The border trims what a program sends; that alone is no change.
  if (base === next || base.trim() === next || current === next) return;
  const span = spanBetween(base, next);
  const mine = plan.whenTouched === 'merge' ? (span ? [span] : []) : wordSpans(base, next);
  const { spans, touched } = rebased(base, current, mine);
  if (touched) plan.touched.add(path);
  plan.edits.push(() => applySpans(text, spans));
}

function planAnswers(plan: Plan, base: Sections, current: Sections, next: Sections): void {
  const answers = plan.doc.getMap(ANSWERS);
  const answer = (sections: Sections, key: string): string | null =>
    key === 'triggerChangeId'
      ? sections.triggerChangeId
      : sections.contributingFactors[key as (typeof FACTOR_NAMES)[number]].answer;
  for (const key of [...FACTOR_NAMES, 'triggerChangeId']) {
    const [was, is, wanted] = [answer(base, key), answer(current, key), answer(next, key)];
    if (was === wanted || is === wanted) continue;
    if (is !== was) plan.touched.add(key === 'triggerChangeId' ? 'trigger' : `contributingFactors.${key}`);
    plan.edits.push(() => answers.set(key, wanted));
  }
}

function planLines(plan: Plan, base: TimelineEntry[], current: TimelineEntry[], next: TimelineEntry[]): void {
  const lines = linesOf(plan.doc);
  const [before, now] = [byId(base), byId(current)];
  let order = 1 + Math.max(-1, ...[...lines.values()].map((line) => Number(line.get(LINE_ORDER) ?? 0)));
  for (const line of next) {
    const [was, held] = [before.get(line.id), lines.get(line.id)];
    if (!held) {
      const place = order;
      order += 1;
      plan.edits.push(() => addLine(plan.doc, line, place));
      continue;
    }
    // The base did not show it: it was taken out, and is put back now.
    if (!was && !now.has(line.id)) plan.edits.push(() => held.delete(TAKEN_OUT));
    if (was) planLine(plan, held, { base: was, current: now.get(line.id) ?? was, next: line });
  }
  const wanted = byId(next);
  for (const { id } of base) {
    const held = lines.get(id);
    if (!wanted.has(id) && held && now.has(id))
      plan.edits.push(() => held.set(TAKEN_OUT, lineText(held)?.toString() ?? ''));
  }
}

/** What is asked is said by templates alone. A question is never taken away, since somebody may be answering it just now. */
function planOwn(plan: Plan, base: OwnAnswer[], next: OwnAnswer[]): void {
  const own = ownOf(plan.doc);
  const before = new Map(base.map((answer) => [answer.id, answer]));
  let order = 1 + Math.max(-1, ...[...own.values()].map((each) => Number(each.get(LINE_ORDER) ?? 0)));
  for (const answer of next) {
    const [was, held] = [before.get(answer.id), own.get(answer.id)];
    if (!held) {
      const place = order;
      order += 1;
      plan.edits.push(() => addOwn(plan.doc, answer, place));
    }
    if (!held || !was) continue;
    const said = new Map(saidBy(was));
    for (const [key, value] of saidBy(answer))
      if (said.get(key) !== value) plan.edits.push(() => held.set(key, value));
    const text = lineText(held);
    if (text)
      planText(plan, text, `own.${answer.id}`, {
        base: was.text,
        current: text.toString(),
        next: answer.text,
      });
  }
}

function planLine(plan: Plan, held: Y.Map<unknown>, { base, current, next }: Three<TimelineEntry>): void {
  const fields = (line: TimelineEntry) => line as unknown as Record<string, unknown>;
  for (const key of new Set([...Object.keys(base), ...Object.keys(next)])) {
    if (key === 'id' || key === 'text') continue;
    const [was, is, wanted] = [fields(base)[key], fields(current)[key], fields(next)[key]];
    if (alike(was, wanted) || alike(is, wanted)) continue;
    if (!alike(is, was)) plan.touched.add('timeline');
    plan.edits.push(() => (wanted === undefined ? held.delete(key) : held.set(key, wanted)));
  }
  const text = lineText(held);
  if (text) planText(plan, text, 'timeline', { base: base.text, current: text.toString(), next: next.text });
}

function applySpans(text: Y.Text, spans: Span[]): void {
  for (const { at, removed, inserted } of spans.toReversed()) {
    if (removed) text.delete(at, removed);
    if (inserted) text.insert(at, inserted);
  }
}

function pathOf(name: (typeof ROOT_TEXTS)[number]): string {
  return name === 'others' || (FACTOR_NAMES as readonly string[]).includes(name)
    ? `contributingFactors.${name}`
    : name;
}

function byId(lines: TimelineEntry[]): Map<string, TimelineEntry> {
  return new Map(lines.map((line) => [line.id, line]));
}

function alike(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one, sorted) === JSON.stringify(other, sorted);
}

/** The database keeps no order of keys. */
function sorted(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
