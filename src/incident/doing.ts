/** Who acts, from a request: a person of the directory, or a token. */
import type { FastifyRequest } from 'fastify';
import { Refused } from '#platform/errors.ts';
import { type Caller, callerOf } from '#platform/http/app.ts';
import type { Doing } from './execute.ts';
import type { PersonRef } from './facts.ts';
import { actorOf } from './seen-by.ts';

export function doingOf(request: FastifyRequest, source = 'app'): Doing {
  const caller = callerOf(request);
  return {
    actor: actorOf(caller),
    source: caller.kind === 'token' ? 'API' : source,
  };
}

/** @throws Refused when the caller is not a person of the directory, so that nobody else takes a role by accident */
export function personFrom(caller: Caller): PersonRef {
  if (!caller.personId)
    throw new Refused('conflict', 'Your account does not belong to a person in the directory.', {
      mend: 'Ask an administrator to link it, or name a person.',
    });
  return { personId: caller.personId, name: caller.name };
}
