/** `/u/<token>`: the link in a nudge. Reading shows the draft and one button; only the button sends. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { House } from '#incident/room.ts';
import { seenBy } from '#incident/seen-by.ts';
import type { Incident } from '#incident/types.ts';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { BUTTON_PAGE_HEADERS, buttonPage, readForms, wordsPage } from '#platform/http/button-page.ts';
import { compose, refuseUnsendable } from './compose.ts';
import { plainText } from './message.ts';
import { type NudgeLink, readNudge, stillOwed } from './nudge.ts';
import { prepare } from './prepare.ts';
import { timeForReader } from './words.ts';

const params = z.object({ token: z.string().max(200) });
const hidden = { hide: true };

type Genuine = { incident: Incident; link: NudgeLink; person: { name: string; zone: string } };

export function nudgeRoutes(app: App, house: House): void {
  const { clock } = house.platform;
  app.register(async (plain: App) => {
    readForms(plain);

    plain.get(
      '/u/:token',
      { config: { access: 'public' }, schema: { params, ...hidden } },
      async (request, reply) => {
        const found = await genuine(house, request.params.token);
        if (!found) return page(reply, 404, unknown());
        if (!stillOwed(found.incident, found.link.cycle)) return page(reply, 410, over());
        const now = clock.now();
        const draft = await prepare(house, found.incident, { kind: 'next', nothingNew: true }, now);
        return page(
          reply,
          200,
          buttonPage({
            title: 'Nothing new?',
            lines: [
              `For ${found.person.name}`,
              plainText(draft, (at) => timeForReader(at, found.person.zone, now.epochMilliseconds)),
              'It goes to everyone who is told of this incident, each in the words that they were told before.',
            ],
            action: `/u/${request.params.token}`,
            button: 'Send “nothing new”',
          }),
        );
      },
    );

    plain.post(
      '/u/:token',
      { config: { access: 'public' }, schema: { params, ...hidden } },
      async (request, reply) => {
        const found = await genuine(house, request.params.token);
        if (!found) return page(reply, 404, unknown());
        if (!stillOwed(found.incident, found.link.cycle)) return page(reply, 410, over());
        try {
          const nextAt = await sendNothingNew(house, found, clock.now());
          return page(
            reply,
            200,
            wordsPage('Sent', [
              `“Nothing new” is on its way.${nextAt ? ` The next update is due at ${timeForReader(nextAt.epochMilliseconds, found.person.zone)}.` : ''}`,
            ]),
          );
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          return page(
            reply,
            409,
            wordsPage('Not sent', [error.message, error.mend ?? '', 'Open Humdrum and send it there.']),
          );
        }
      },
    );
  });
}

async function genuine(house: House, token: string): Promise<Genuine | undefined> {
  const { db, secret } = house.platform;
  const link = readNudge(secret, token);
  const incident = link && (await house.incidents.load(link.incidentId));
  if (!link || !incident || !seenBy(incident, link.personId)) return undefined;
  const person = await db
    .selectFrom('person')
    .select(['name', 'zone'])
    .where('id', '=', link.personId)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  return person && { incident, link, person };
}

/** Under an id of its own per promise, so that two taps send one message. */
async function sendNothingNew(
  house: House,
  { incident, link, person }: Genuine,
  now: Temporal.Instant,
): Promise<Temporal.Instant | undefined> {
  const draft = await prepare(house, incident, { kind: 'next', nothingNew: true }, now);
  const asked = {
    ...draft,
    nextAt: undefined,
    audience: { clientIds: 'affected' as const, internal: true },
  };
  const updateId = `upd_nudge_${link.incidentId}_${link.cycle}`;
  const composed = await compose(house, incident, asked, updateId, now);
  refuseUnsendable(composed.findings, composed.update, ['client_name', 'secret']);
  await house.incidents.execute(
    incident.id,
    { type: 'send_update', update: composed.update },
    { actor: { kind: 'person', personId: link.personId, name: person.name }, source: 'link in a mail' },
  );
  return composed.update.nextAt;
}

function unknown(): string {
  return wordsPage('This link is not valid', [
    'It may have been cut short in a mail. Open Humdrum and send the update there.',
  ]);
}

function over(): string {
  return wordsPage('No longer needed', [
    'An update has been sent since, or it is over. You need do nothing.',
  ]);
}

function page(reply: FastifyReply, status: number, body: string): FastifyReply {
  return reply.code(status).headers(BUTTON_PAGE_HEADERS).send(body);
}
