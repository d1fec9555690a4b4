/**
 * What returns across postmortems: counted with how many were looked at, and with a link to each. Pure.
 * It counts systems, never people or teams: no owner, no author and no responder gets in here.
 */
import { signatureOf } from '#incident/signature.ts';
import { FACTOR_NAMES, type FactorName } from '../sections.ts';

/** One published postmortem, as far as themes look at it. */
export type Learnt = {
  id: string;
  incidentNumber: number;
  title: string;
  severity: string;
  category: string | null;
  services: { id: string; name: string }[];
  /** Those that were answered with yes. */
  factors: FactorName[];
  /** `written`: in words alone; nobody has marked whether it was a change. */
  trigger: { kind: 'change' | 'not_a_change' | 'written'; text: string } | null;
  alerts: string[];
  items: { text: string; strength: Strength }[];
};
export type Strength = 'stronger' | 'intermediate' | 'weaker';

export type Theme = {
  key: string;
  name: string;
  /** In how many postmortems. */
  count: number;
  /** The newest of them. */
  postmortems: { id: string; incidentNumber: number; title: string; severity: string }[];
};

export type Themes = {
  /** How many published postmortems were looked at. */
  n: number;
  factors: Theme[];
  categories: Theme[];
  services: Theme[];
  /** The same trigger more than once, its figures aside. */
  triggers: Theme[];
  /** The same alert more than once, its figures aside. */
  alerts: Theme[];
  /** `n`: those of which somebody has marked whether a change set them off. */
  setOffByChange: { count: number; n: number };
  strengths: Record<Strength, number>;
  /** Postmortems that agreed on nothing stronger than training, a policy or a warning. */
  onlyWeaker: Theme;
  /** Postmortems whose every action is one more alert, graph or dashboard. */
  onlyDashboards: Theme;
};

const THEMES_MAX = 12;
const LINKS_MAX = 30;
const RETURNS_FROM = 2;

/** @param learnt the newest first */
export function themesOf(learnt: Learnt[]): Themes {
  const marked = learnt.filter(({ trigger }) => trigger && trigger.kind !== 'written');
  return {
    n: learnt.length,
    factors: grouped(learnt, (each) => each.factors.map((name) => ({ key: name, name }))).toSorted(
      (one, other) =>
        other.count - one.count ||
        FACTOR_NAMES.indexOf(one.key as FactorName) - FACTOR_NAMES.indexOf(other.key as FactorName),
    ),
    categories: grouped(learnt, ({ category }) => (category ? [{ key: category, name: category }] : [])),
    services: grouped(learnt, (each) => each.services.map(({ id, name }) => ({ key: id, name }))),
    triggers: returning(
      grouped(learnt, ({ trigger }) =>
        trigger ? [{ key: signatureOf(trigger.text), name: trigger.text }] : [],
      ),
    ),
    alerts: returning(
      grouped(learnt, (each) => each.alerts.map((title) => ({ key: signatureOf(title), name: title }))),
    ),
    setOffByChange: {
      count: marked.filter((each) => each.trigger?.kind === 'change').length,
      n: marked.length,
    },
    strengths: strengthsOf(learnt),
    onlyWeaker: theme(
      'only_weaker',
      'only_weaker',
      learnt.filter(({ items }) => items.length > 0 && items.every((item) => item.strength === 'weaker')),
    ),
    onlyDashboards: theme(
      'only_dashboards',
      'only_dashboards',
      learnt.filter(({ items }) => onlyDashboards(items)),
    ),
  };
}

/** A postmortem counts once for a theme, however often it speaks of it. The commonest first. */
function grouped(learnt: Learnt[], of: (each: Learnt) => { key: string; name: string }[]): Theme[] {
  const found = new Map<string, { name: string; of: Set<Learnt> }>();
  for (const each of learnt)
    for (const { key, name } of of(each)) {
      const known = found.get(key);
      if (known) known.of.add(each);
      else found.set(key, { name, of: new Set([each]) });
    }
  return [...found]
    .map(([key, { name, of: those }]) => theme(key, name, [...those]))
    .toSorted((one, other) => other.count - one.count || one.name.localeCompare(other.name, 'en'))
    .slice(0, THEMES_MAX);
}

function returning(themes: Theme[]): Theme[] {
  return themes.filter((each) => each.count >= RETURNS_FROM);
}

function theme(key: string, name: string, those: Learnt[]): Theme {
  return {
    key,
    name,
    count: those.length,
    postmortems: those
      .slice(0, LINKS_MAX)
      .map(({ id, incidentNumber, title, severity }) => ({ id, incidentNumber, title, severity })),
  };
}

function strengthsOf(learnt: Learnt[]): Record<Strength, number> {
  const counts = { stronger: 0, intermediate: 0, weaker: 0 };
  for (const { items } of learnt) for (const { strength } of items) counts[strength] += 1;
  return counts;
}

// Etsy's "dashboard trap": one more graph for every incident, and nothing that makes it less likely.
const WATCHING =
  /^\s*(?:add|create|build|set up|introduce|extend|improve|put|show|write|configure)\b.*\b(?:alerts?|alerting|alarms?|dashboards?|graphs?|charts?|metrics?|monitors?|monitoring|panels?|probes?)\b|^\s*(?:alert|alarm|page|monitor|graph|chart|measure)\b/i;

export function onlyDashboards(items: readonly { text: string }[]): boolean {
  return items.length > 0 && items.every(({ text }) => WATCHING.test(text));
}
