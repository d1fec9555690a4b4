/** The three kinds of failure, never mixed: Refused (a person can mend it), Failed (the world), and everything else is a bug. */

export type RefusalCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'too_large'
  | 'unsupported'
  | 'too_many';

/** Something a person can mend. `message` says what happened, `mend` says what to do; both are shown as they are. */
export class Refused extends Error {
  readonly code: RefusalCode;
  readonly mend: string | undefined;
  readonly fields: FieldProblem[];
  constructor(code: RefusalCode, message: string, options: { mend?: string; fields?: FieldProblem[] } = {}) {
    super(message);
    this.name = 'Refused';
    this.code = code;
    this.mend = options.mend;
    this.fields = options.fields ?? [];
  }
}

/** One field of a request that cannot be accepted: where, what is wrong. */
export type FieldProblem = { path: string; message: string };

export type FailedOptions = {
  permanent?: boolean;
  /** How long the other side asked us to wait. */
  retryAfterSeconds?: number | undefined;
  /** Nobody was there to refuse anything: the server, not this request, is what fails. */
  unreachable?: boolean;
  /** What was asked may have reached the other side, so that asking again might do it twice. */
  mayHaveArrived?: boolean;
  cause?: unknown;
};

/** The outside world did not do its part. Retried unless `permanent`. */
export class Failed extends Error {
  readonly permanent: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly unreachable: boolean;
  readonly mayHaveArrived: boolean;
  constructor(message: string, options: FailedOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'Failed';
    this.permanent = options.permanent ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.unreachable = options.unreachable ?? false;
    this.mayHaveArrived = options.mayHaveArrived ?? false;
  }
}

/** Shortens the repeated `throw new Refused('not_found', …)`. */
export function notFound(what: string, id: string): Refused {
  return new Refused('not_found', `There is no ${what} with the id "${id}".`, {
    mend: 'Check the id; it may have been archived, or you may not be allowed to see it.',
  });
}
