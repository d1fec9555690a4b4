/** `/ask`: anybody asks about what the status page shows, or reports what does not work; `/ask/<link>` is a contact's own form. */
import type { FastifyReply } from 'fastify';
import { sql } from 'kysely';
import { z } from 'zod';
import type { House } from '#incident/room.ts';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { readForms } from '#platform/http/button-page.ts';
import { filled, text } from '#platform/http/fields.ts';
import { createLimiter } from '#platform/http/limiter.ts';
import { headline } from '../message.ts';
import { readOrganisation } from '../organisation.ts';
import { CLIENTS, keyOfClient } from '../text.ts';
import { askerOf, contactAsker } from './askers.ts';
import { contactOf } from './form-link.ts';
import { type Choice, closedPage, FORM_HEADERS, type FormModel, formPage, thanksPage } from './form-page.ts';
import { QUESTION_CHARACTERS_MAX } from './limits.ts';
import { type Asker, type Means, takeQuestion } from './questions.ts';
import type { TakeReport } from './reports.ts';
import { readInboxSettings } from './settings.ts';

const FORM_BYTES_MAX = 32 * 1024;
const CHOICES_MAX = 100;
const LIMITS = { eachMax: 10, allMax: 120, minutes: 60, what: 'messages' };

const params = z.object({ token: z.string().max(200) });
const query = z.object({ about: z.string().max(40).optional() });
const sent = z.record(z.string().max(40), z.string());
const shape = z.object({
  about: text(100).default(''),
  text: filled(QUESTION_CHARACTERS_MAX),
  service: text(200).default(''),
  impossible: text(10).default(''),
  name: text(200).default(''),
  email: text(320).default(''),
  website: text(200).default(''),
});
const hidden = { hide: true };
const ADDRESS = /^[^\s<>()[\],;:\\"@]{1,64}@[^\s<>()[\],;:\\"@]{1,255}$/;
const THANKS = 'A person reads it and answers you by mail. You need do nothing more.';

export function formRoutes(app: App, means: Means, takeReport: TakeReport): void {
  const { house } = means;
  const limiter = createLimiter(LIMITS);
  // Forms are read here and nowhere else.
  app.register(async (plain: App) => {
    readForms(plain, FORM_BYTES_MAX);
    for (const own of [false, true]) {
      const url = own ? '/ask/:token' : '/ask';
      plain.get(
        url,
        {
          config: { access: 'public' },
          schema: { querystring: query, ...(own ? { params } : {}), ...hidden },
        },
        async (request, reply) => {
          const door = await open(house, own ? (request.params as { token: string }).token : undefined);
          if ('closed' in door) return html(reply, 404, door.closed);
          const { about } = request.query as z.output<typeof query>;
          return html(reply, 200, formPage({ ...door.form, filled: { about: about ?? '' } }));
        },
      );
      plain.post(
        url,
        { config: { access: 'public' }, schema: { body: sent, ...(own ? { params } : {}), ...hidden } },
        async (request, reply) => {
          const door = await open(house, own ? (request.params as { token: string }).token : undefined);
          if ('closed' in door) return html(reply, 404, door.closed);
          const typed = request.body as Record<string, string>;
          const parsed = shape.safeParse(typed);
          const problem = parsed.success
            ? problemOf(parsed.data, door)
            : 'Write what you want to ask, or what you see.';
          if (!parsed.success || problem)
            return html(reply, 400, formPage({ ...door.form, filled: typed, problem }));
          try {
            // Programs fill in every field; people do not see this one.
            if (!parsed.data.website) {
              limiter.admit(request.ip, house.platform.clock.now());
              await take(means, takeReport, door, parsed.data);
            }
          } catch (error) {
            if (!(error instanceof Refused)) throw error;
            const words = [error.message, error.mend].filter(Boolean).join(' ');
            return html(
              reply,
              error.code === 'too_many' ? 429 : 400,
              formPage({ ...door.form, filled: typed, problem: words }),
            );
          }
          return html(reply, 200, thanksPage(door.form.heading, THANKS));
        },
      );
    }
  });
}

type Door = { form: FormModel; contact: Asker | undefined; incidents: Map<string, string> };

/** What this reader may see of us: the public page's incidents and services, or those of their client. */
async function open(house: House, token: string | undefined): Promise<Door | { closed: string }> {
  const { db, secret } = house.platform;
  const organisation = await readOrganisation(db);
  const heading = organisation.statusPageName ?? organisation.name ?? 'Status';
  const contactId = token === undefined ? undefined : contactOf(secret, token);
  const contact = contactId ? await contactAsker(db, contactId) : undefined;
  if (token !== undefined && !contact)
    return {
      closed: closedPage(heading, 'This link is not valid any more. Open the newest message from us.'),
    };
  if (!contact && !(await readInboxSettings(db)).publicForm)
    return { closed: closedPage(heading, 'Write to the person you know, or call us.') };
  const offered = await services(house, contact?.clientId);
  const incidents = await openIncidents(
    house,
    contact?.clientId,
    offered.map((each) => each.value),
  );
  const client = contact?.clientId
    ? await db.selectFrom('client').select('name').where('id', '=', contact.clientId).executeTakeFirst()
    : undefined;
  return {
    contact,
    incidents: new Map(incidents.map((each) => [each.value, each.id])),
    form: {
      heading,
      action: token === undefined ? '/ask' : `/ask/${token}`,
      contact: contact && { name: contact.name, client: client?.name ?? '', address: contact.address },
      incidents,
      services: offered,
      phone: organisation.phone,
      filled: {},
      problem: undefined,
    },
  };
}

/** Everybody: what stands on the public page. A contact: what their client was told of. Never a restricted incident, never a drill. */
async function openIncidents(
  house: House,
  clientId: string | undefined,
  names: readonly string[],
): Promise<(Choice & { id: string })[]> {
  const { db } = house.platform;
  let query = db
    .selectFrom('incident as i')
    .innerJoin('incident_update as u', 'u.incident_id', 'i.id')
    .innerJoin('update_text as t', 't.update_id', 'u.id')
    .select(['i.id', 'i.reference', 't.impact', 'u.about'])
    .where('i.restricted', '=', false)
    .where('i.drill', '=', false)
    .where('i.ended_at', 'is', null)
    .where('u.automatic', '=', false)
    .orderBy('u.created_at', 'desc')
    // The words for one client go before those for all.
    .orderBy(sql`t.audience = 'clients'`)
    .limit(CHOICES_MAX);
  query = clientId
    ? query
        .where((where) => where(where.val(clientId), '=', where.fn.any('u.client_ids')))
        .where('t.audience', 'in', [keyOfClient(clientId), CLIENTS])
    : query
        .where('u.public_page', '=', true)
        .where('t.audience', '=', 'public')
        .where('i.id', 'in', (select) =>
          select.selectFrom('public_incident').select('incident_id').where('hidden', '=', false),
        );
  const newest = Map.groupBy(await query.execute(), (row) => row.id);
  return [...newest.values()].map(([row]) => ({
    id: row!.id,
    value: row!.reference,
    label: headline(
      row!.impact,
      (row!.about as { publicNames: string[] }).publicNames.filter((name) => names.includes(name)),
    ),
  }));
}

async function services(house: House, clientId: string | undefined): Promise<Choice[]> {
  const { db } = house.platform;
  let query = db
    .selectFrom('service')
    .select('public_name')
    .where('archived_at', 'is', null)
    .where('public_name', 'is not', null)
    .orderBy('public_name')
    .distinct()
    .limit(CHOICES_MAX);
  query = clientId
    ? query.where('id', 'in', (select) =>
        select.selectFrom('client_service').select('service_id').where('client_id', '=', clientId),
      )
    : query.where('on_public_page', '=', true);
  return (await query.execute()).map((row) => ({ value: row.public_name!, label: row.public_name! }));
}

function problemOf(form: z.output<typeof shape>, { contact, incidents }: Door): string | undefined {
  if (!form.about && incidents.size) return 'Choose what it is about.';
  if (contact) return undefined;
  if (!form.name) return 'Write your name, so that we know whom to answer.';
  return ADDRESS.test(form.email) ? undefined : 'Write an email address to which we can answer.';
}

async function take(
  means: Means,
  takeReport: TakeReport,
  door: Door,
  form: z.output<typeof shape>,
): Promise<void> {
  const { db } = means.house.platform;
  // An address that is typed is where the answer goes; it is not yet a proof of who writes.
  const asker: Asker = door.contact ??
    (await askerOf(db, form.email)) ?? { name: form.name, address: form.email, known: false };
  const incidentId = door.incidents.get(form.about);
  // A service that is not offered to this reader is as good as none.
  const service = door.form.services.some((each) => each.value === form.service) ? form.service : '';
  if (incidentId) await takeQuestion(means, { incidentId, asker, via: 'form', text: form.text });
  else
    await takeReport({
      asker,
      via: 'form',
      text: form.text,
      service,
      mainTaskImpossible: form.impossible === 'yes',
      verified: door.contact !== undefined,
    });
}

function html(reply: FastifyReply, status: number, body: string): FastifyReply {
  return reply.code(status).headers(FORM_HEADERS).send(body);
}
