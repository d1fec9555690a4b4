/** `/u/<token>`: the link in a nudge. Reading shows the draft and one button; only the button sends. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { House } from '#incident/room.ts';
import type { App } from '#platform/http/app.ts';
import { BUTTON_PAGE_HEADERS, buttonPage, readForms, wordsPage } from '#platform/http/button-page.ts';
import { plainText } from './message.ts';
import { type Owed, readOwed, sendNothingNew } from './nothing-new.ts';
import { readNudge, stillOwed } from './nudge-link.ts';
import { prepare } from './prepare.ts';
import { timeForReader } from './words.ts';

const params = z.object({ token: z.string().max(200) });
const hidden = { hide: true };

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
              about(found, now),
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
        const { sent, words } = await sendNothingNew(house, found, 'link in a mail');
        return page(reply, sent ? 200 : 409, wordsPage(sent ? 'Sent' : 'Not sent', [words]));
      },
    );
  });
}

/** Which of several incidents it is, and which promise; of a restricted one only its number, as in the mail. */
function about({ incident, person }: Owed, now: Temporal.Instant): string {
  const due = incident.promisedUpdate?.dueAt;
  const title = incident.restricted ? '' : `: ${incident.title}`;
  const by = due && timeForReader(due.epochMilliseconds, person.zone, now.epochMilliseconds);
  const late = due && Temporal.Instant.compare(due, now) < 0;
  return [
    `${incident.severity} INC-${incident.number}${title}`,
    `${person.name} owes the next update${by ? `, ${late ? 'promised for' : 'due at'} ${by}` : ''}${late ? ' and late' : ''}.`,
  ].join('\n');
}

async function genuine(house: House, token: string): Promise<Owed | undefined> {
  const link = readNudge(house.platform.secret, token);
  return link && readOwed(house, link);
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
