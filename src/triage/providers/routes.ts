/** The addresses of providers: how each is, what it was, ask it now, try a feed out, and the catalogue of well-known ones. */
import { z } from 'zod';
import { feed } from '#directory/feeds.ts';
import { incidentFor } from '#incident/seen-by.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { text } from '#platform/http/fields.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import { neighbourhood, thirdPartiesOf } from '../neighbourhood.ts';
import type { House } from '../room.ts';
import { askFeed } from './ask.ts';
import { readCatalogue } from './catalogue.ts';
import type { Poller } from './poll.ts';
import { isOpen, standing } from './reading.ts';
import { catalogueEntry, provider, providerDetail, thirdParty, trial } from './shapes.ts';
import { showProvider, showProviders } from './show.ts';

const tags = ['providers'];
const params = z.object({ id: text(64) });
const days = z.object({
  days: z.coerce.number().int().min(1).max(90).default(30).describe('How many days of history.'),
});
const TRIED_INCIDENTS_MAX = 20;

export function providerRoutes(
  app: App,
  house: House,
  { poller, outbound }: { poller: Poller; outbound: Outbound },
): void {
  const { platform, incidents } = house;
  const { db, clock } = platform;

  app.get(
    '/api/v1/providers',
    {
      config: { access: 'viewer' },
      schema: {
        querystring: days,
        response: { 200: z.object({ items: z.array(provider), next: z.null() }) },
        tags,
        summary: 'How every provider is, as of when, and what it was',
        description: 'Read from what was last kept; nobody is asked.',
        operationId: 'listProviders',
      },
    },
    async (request) => ({
      items: await showProviders(db, { days: request.query.days, now: clock.now() }),
      next: null,
    }),
  );

  app.get(
    '/api/v1/providers/:id',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        querystring: days,
        response: { 200: providerDetail },
        tags,
        summary: 'How one provider is, with its components and incidents',
        operationId: 'getProvider',
      },
    },
    async (request) => show(request.params.id, request.query.days),
  );

  app.post(
    '/api/v1/third-parties/:id/check',
    {
      config: { access: 'responder' },
      schema: {
        params,
        response: { 201: providerDetail },
        tags,
        summary: 'Ask a provider now how it is',
        description: 'Whoever presses within ten seconds of the last answer gets that answer.',
        operationId: 'checkThirdParty',
      },
    },
    async (request, reply) => {
      await poller.checkNow(request.params.id);
      return reply.code(201).send(await show(request.params.id, 30));
    },
  );

  app.post(
    '/api/v1/third-parties/trial',
    {
      config: { access: 'administrator' },
      schema: {
        body: feed,
        response: { 200: trial },
        tags,
        summary: 'Try a status feed out before it is saved',
        description: 'Answers what the feed says and the components to choose from. Nothing is kept.',
        operationId: 'tryFeed',
      },
    },
    async (request) => {
      const answer = await askFeed({ outbound, clock }, request.body, { etag: null, lastModified: null });
      if (answer.came !== 'content')
        throw new Refused(
          'invalid',
          `The feed cannot be read. ${answer.came === 'nothing' ? answer.error : 'It answered nothing new.'}`,
          {
            mend: 'Open the address in a browser, and choose the kind that fits it.',
            fields: [{ path: 'body.url', message: 'answers nothing that can be read as this kind' }],
          },
        );
      const now = clock.now();
      const { state, note } = standing(answer.reading, request.body.components, now);
      return {
        state,
        note,
        components: answer.reading.components,
        incidents: answer.reading.incidents.slice(0, TRIED_INCIDENTS_MAX).map((each) => ({
          title: each.title,
          startedAt: each.startedAt.toString(),
          open: isOpen(each, now),
        })),
      };
    },
  );

  app.get(
    '/api/v1/third-parties/catalogue',
    {
      config: { access: 'viewer' },
      schema: {
        response: { 200: z.object({ items: z.array(catalogueEntry), next: z.null() }) },
        tags,
        summary: 'Well-known providers and where they say how they are',
        operationId: 'providerCatalogue',
      },
    },
    async () => ({ items: readCatalogue(), next: null }),
  );

  app.get(
    '/api/v1/incidents/:id/third-parties',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        response: { 200: z.object({ items: z.array(thirdParty), next: z.null() }) },
        tags,
        summary: 'How the providers behind an incident are',
        operationId: 'thirdPartiesOfIncident',
      },
    },
    async (request) => {
      const incident = await incidentFor(incidents, request.params.id, callerOf(request));
      const near = await neighbourhood(db, incident.serviceIds);
      return { items: await thirdPartiesOf(db, near, clock.now()), next: null };
    },
  );

  async function show(id: string, history: number) {
    const shown = await showProvider(db, id, { days: history, now: clock.now() });
    if (!shown) throw notFound('provider', id);
    return shown;
  }
}
