/** The web server: every route says who may use it, bad input becomes a problem that says what to do, nothing is open by default. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import Fastify, { type FastifyInstance, type FastifyRequest, type RawServerDefault } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { Refused } from '#platform/errors.ts';
import { type Logger, withoutKeys } from '#platform/log.ts';
import { sendProblem } from './problem.ts';

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export type Role = 'viewer' | 'responder' | 'administrator';

/** `public`: no caller needed. `integration`: the route checks an integration key itself. Otherwise the least role that may use it. */
export type Access = 'public' | 'integration' | Role;

/** Who asks. A token acts with the role and scopes that it was given. */
export type Caller = {
  kind: 'person' | 'token';
  loginId: string;
  personId: string | undefined;
  name: string;
  role: Role;
  /** Empty: everything that the role may do. `read`: only GET. */
  scopes: string[];
  sessionId: string | undefined;
};

export type Authenticate = (request: FastifyRequest) => Promise<Caller | undefined>;

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** Set on every route that is not public or for integrations; read it with `callerOf`. */
    caller: Caller | undefined;
  }
}

export const BODY_BYTES_MAX = 512 * 1024;
export const PUBLIC_FILES = '/assets/';
const RANK: Record<Role, number> = { viewer: 0, responder: 1, administrator: 2 };

/** Answers a request before the router sees it. @returns whether it did */
export type Front = (request: IncomingMessage, response: ServerResponse) => boolean;

export function createApp(log: Logger, authenticate: Authenticate, front: Front = () => false): App {
  const app = Fastify({
    serverFactory: (route) =>
      // Most requests have no body, and need no stream for one.
      createServer({ optimizeEmptyRequests: true }, (request, response) => {
        if (!front(request, response)) route(request, response);
      }),
    bodyLimit: BODY_BYTES_MAX,
    trustProxy: false,
    requestIdHeader: false,
    genReqId: nextRequestId(),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 },
  }).withTypeProvider<ZodTypeProvider>() as unknown as App;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('caller', undefined);
  app.addHook('onRoute', (route) => {
    // The files of the web app come from a plugin that knows nothing of access.
    if (route.url.startsWith(PUBLIC_FILES)) route.config = { ...route.config, access: 'public' };
    if (!route.config?.access)
      throw new Error(`${String(route.method)} ${route.url} does not say who may use it: set config.access.`);
  });
  app.addHook('onRequest', (request, _reply, done) => {
    const access = request.routeOptions.config.access;
    if (!access || access === 'public' || access === 'integration') return done();
    authenticate(request)
      .then((caller) => {
        request.caller = admit(caller, access, request.method);
      })
      .then(() => done(), done);
  });
  // Fastify has no logger of its own: one for each request costs more than reading an event.
  app.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode >= 500)
      log.error(
        { id: request.id, method: request.method, path: withoutKeys(request.url), status: reply.statusCode },
        'request failed',
      );
    done(null, payload);
  });
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, log));
  app.setNotFoundHandler({}, (request, reply) =>
    sendProblem(
      new Refused('not_found', `Nothing is at ${withoutKeys(request.url.split('?')[0] ?? '')}.`),
      request,
      reply,
      log,
    ),
  );
  return app;
}

function nextRequestId(): () => string {
  let count = 0;
  const boot = process.pid.toString(36);
  return () => `${boot}-${(count++).toString(36)}`;
}

function admit(caller: Caller | undefined, access: Role, method: string): Caller {
  if (!caller)
    throw new Refused('unauthenticated', 'You are not signed in.', {
      mend: 'Sign in, or send an API token as "Authorization: Bearer …".',
    });
  if (RANK[caller.role] < RANK[access])
    throw new Refused('forbidden', `This needs the role ${access}; you have the role ${caller.role}.`, {
      mend: 'Ask an administrator.',
    });
  if (caller.scopes.length && method !== 'GET' && method !== 'HEAD' && !caller.scopes.includes('write'))
    throw new Refused('forbidden', 'This token may only read.', {
      mend: 'Use a token with the scope "write".',
    });
  return caller;
}

/** @throws Error when the route is public: ask for a caller only where `config.access` names a role */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('This route has no caller; its access is public.');
  return request.caller;
}
