/** The one place where failures become HTTP: problem details (RFC 9457) that say what happened and what to do. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { Failed, type FieldProblem, type RefusalCode, Refused } from '#platform/errors.ts';
import type { Logger } from '#platform/log.ts';

const STATUS: Record<RefusalCode, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported: 415,
  too_many: 429,
};

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail?: string;
  fields?: FieldProblem[];
  request: string;
};

export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
): FastifyReply {
  const problem = problemOf(error, request.id, log);
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** @param request the id under which the log knows this request */
export function problemOf(error: unknown, request: string, log: Logger): Problem {
  if (error instanceof Refused) {
    return {
      type: `urn:humdrum:${error.code}`,
      title: error.message,
      status: STATUS[error.code],
      ...(error.mend ? { detail: error.mend } : {}),
      ...(error.fields.length ? { fields: error.fields } : {}),
      request,
    };
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map((each) => ({
      path: `${error.validationContext ?? 'body'}${each.instancePath.replaceAll('/', '.')}`,
      message: each.message ?? 'is not valid',
    }));
    return problemOf(
      new Refused('invalid', 'Some fields cannot be accepted; nothing was changed.', {
        mend: 'Mend the fields named here and send again.',
        fields,
      }),
      request,
      log,
    );
  }
  if (error instanceof Failed) {
    log.warn({ err: error, id: request }, 'the outside world failed');
    return {
      type: 'urn:humdrum:failed',
      title: error.message,
      status: 502,
      detail: 'Try again in a moment; nothing was changed.',
      request,
    };
  }
  const status = statusOf(error);
  if (status && status < 500)
    return {
      type: 'urn:humdrum:invalid',
      title: plain(error as Error),
      status,
      detail: 'Nothing was changed. Mend the request and send it again.',
      request,
    };
  log.error({ err: error, id: request }, 'a bug');
  return {
    type: 'urn:humdrum:bug',
    title: 'Something is wrong in Humdrum itself.',
    status: 500,
    detail: `The log has the details under ${request}.`,
    request,
  };
}

function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** The web framework's own refusals in our words. */
function plain(error: Error & { code?: string }): string {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return 'The request body is larger than 512 KB.';
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return 'The content type is not one that this address reads; send application/json.';
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return 'The request body is empty; JSON was expected.';
    default:
      return error instanceof SyntaxError || error.code === 'FST_ERR_CTP_INVALID_JSON_BODY'
        ? 'The request body is not valid JSON.'
        : error.message;
  }
}
