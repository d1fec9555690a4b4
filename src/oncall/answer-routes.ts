/** `/p/<token>`: the link in a message. Reading shows a page with buttons; only a button answers. */

import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { BUTTON_PAGE_HEADERS, readForms } from '#platform/http/button-page.ts';
import { answer } from './answer.ts';
import { answerPage, endPage, unknownPage } from './answer-page.ts';
import type { Oncall } from './house.ts';
import { isGenuine, readToken } from './link.ts';
import type { Page } from './page.ts';
import { answerBody } from './shapes.ts';

const params = z.object({ token: z.string().max(200) });
const hidden = { hide: true };

export function answerRoutes(app: App, oncall: Oncall): void {
  // Forms are read here and nowhere else.
  app.register(async (plain: App) => {
    readForms(plain);

    plain.get(
      '/p/:token',
      { config: { access: 'public' }, schema: { params, ...hidden } },
      async (request, reply) => {
        const found = await genuine(oncall, request.params.token);
        return found
          ? html(reply, 200, answerPage(found.page, `/p/${request.params.token}/answer`))
          : html(reply, 404, unknownPage());
      },
    );

    plain.post(
      '/p/:token/answer',
      { config: { access: 'public' }, schema: { params, body: answerBody, ...hidden } },
      async (request, reply) => {
        const found = await genuine(oncall, request.params.token);
        if (!found) return html(reply, 404, unknownPage());
        try {
          return html(
            reply,
            200,
            endPage(await answer(oncall, found.page, request.body.answer, { position: found.position })),
          );
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          const page = await oncall.pages.load(found.page.id);
          return html(reply, 410, page ? endPage(page) : unknownPage());
        }
      },
    );
  });
}

async function genuine(oncall: Oncall, text: string): Promise<{ page: Page; position: number } | undefined> {
  const token = readToken(text);
  const page = token && (await oncall.pages.load(token.pageId));
  return page && isGenuine(oncall.platform.secret, page, token)
    ? { page, position: token.position }
    : undefined;
}

function html(reply: FastifyReply, status: number, body: string): FastifyReply {
  return reply.code(status).headers(BUTTON_PAGE_HEADERS).send(body);
}
