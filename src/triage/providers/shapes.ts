/** The shapes of providers, as answers show them. */
import { z } from 'zod';
import { FEED_KINDS } from '#directory/feed-kinds.ts';
import { PROVIDER_STATES } from './state.ts';

const state = z
  .enum(PROVIDER_STATES)
  .describe('`unknown` is never green: stale, unreadable, or a filter that matches nothing.');

const incident = z.object({
  id: z.string(),
  title: z.string(),
  maintenance: z.boolean(),
  impact: state,
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  vanished: z.boolean().describe('Gone from the feed; the provider did not say that it is over.'),
  url: z.string().nullable(),
  components: z.array(z.string()),
  touches: z.boolean().describe('It concerns the components that matter to us.'),
  updates: z.array(z.object({ at: z.string(), text: z.string() })),
});

/** How one is now. */
export const providerNow = z.object({
  id: z.string(),
  name: z.string(),
  statusUrl: z.string().nullable(),
  state,
  asOf: z.string().nullable().describe('When it was last known.'),
  stale: z.boolean(),
  last: state.nullable().describe('What it was when it was last known.'),
  note: z.string().nullable(),
  unchangedSince: z.string().nullable().describe('Since when the feed says the same.'),
  sentence: z.string().describe('One sentence that may stand as evidence.'),
  incidents: z.array(incident).describe('What is going on there and concerns us.'),
});

/** The same, with the names of the services around an incident that depend on it. */
export const thirdParty = providerNow.extend({ services: z.array(z.string()) });

const component = z.object({
  id: z.string(),
  name: z.string(),
  group: z.string().nullable(),
  state,
});

export const provider = providerNow.extend({
  feed: z.object({ kind: z.enum(FEED_KINDS), url: z.string(), components: z.array(z.string()) }).nullable(),
  probe: z.object({ url: z.string(), text: z.string().nullable() }).nullable(),
  probeNote: z.string().nullable(),
  attemptedAt: z.string().nullable(),
  nextCheckAt: z.string().nullable(),
  services: z.array(z.object({ id: z.string(), name: z.string() })),
  history: z.array(
    z.object({
      day: z.string(),
      state: state.nullable().describe('The worst of the day; null when nobody asked.'),
      minutes: z.partialRecord(z.enum(PROVIDER_STATES), z.number()),
    }),
  ),
});

export const providerDetail = provider.extend({
  components: z.array(component).describe('All that the feed names, to choose from.'),
  pastIncidents: z.array(incident),
});

export const trial = z.object({
  state,
  note: z.string().nullable(),
  components: z.array(component),
  incidents: z.array(z.object({ title: z.string(), startedAt: z.string(), open: z.boolean() })),
});

export const catalogueEntry = z.object({
  name: z.string(),
  kind: z.enum(FEED_KINDS).nullable(),
  feed: z.string().nullable(),
  homepage: z.string(),
  category: z.string(),
});
