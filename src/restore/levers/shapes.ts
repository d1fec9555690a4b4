/** What a lever is, as an administrator defines it and as it is shown: never with what must stay secret. */
import { z } from 'zod';
import { filled, text } from '#platform/http/fields.ts';
import { CATEGORIES } from '../cards.ts';
import { KNOWN_NAMES, namesIn } from './words.ts';

const INPUTS_MAX = 10;
const CHOICES_MAX = 50;
const HEADERS_MAX = 20;
const WORDS_MAX = 20;
const URL_CHARACTERS_MAX = 2000;
const SECRET_CHARACTERS_MAX = 4000;
const MINUTES_MAX = 24 * 60;
const SERVICES_MAX = 200;
const SIGNING_SECRET = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
// Ours, or those that decide how the request itself is read.
const RESERVED_HEADER =
  /^(host|content-length|content-type|connection|transfer-encoding|te|upgrade|trailer|webhook-.*|humdrum-.*)$/i;

export const DOES = [
  'roll_back',
  'flag_off',
  'shift_traffic',
  'fail_over',
  'switch_on',
  'switch_off',
  'other',
] as const;
export type Does = (typeof DOES)[number];

export const FILLED_FROM = ['version_before', 'version_after', 'environment'] as const;

const inputBase = {
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be small letters, digits and _, beginning with a letter')
    .refine((name) => !KNOWN_NAMES.includes(name), 'is a name that Humdrum fills in itself'),
  label: filled(100),
  required: z.boolean().default(true),
  filledFrom: z
    .enum(FILLED_FROM)
    .nullable()
    .default(null)
    .describe('What of the change it is filled with: the version before it, after it, its environment'),
};

export const leverInput = z.discriminatedUnion('type', [
  z.object({ ...inputBase, type: z.literal('text'), preset: text(500).nullable().default(null) }),
  z.object({
    ...inputBase,
    type: z.literal('number'),
    min: z.number().nullable().default(null),
    max: z.number().nullable().default(null),
    preset: z.number().nullable().default(null),
  }),
  z.object({
    ...inputBase,
    type: z.literal('choice'),
    choices: z.array(filled(200)).min(1, 'needs at least one choice').max(CHOICES_MAX),
    preset: text(200).nullable().default(null),
  }),
  z
    .object({ ...inputBase, type: z.literal('version') })
    .describe('One of the versions of the service that the ledger of changes knows'),
  z.object({ ...inputBase, type: z.literal('boolean'), preset: z.boolean().default(false) }),
]);
export type LeverInput = z.output<typeof leverInput>;

function address(what: string) {
  return z
    .string()
    .trim()
    .max(URL_CHARACTERS_MAX)
    .refine((value) => isAddress(value), `${what} must begin with https:// or http:// and hold no password`);
}

function isAddress(value: string): boolean {
  const plain = value.replaceAll(/\{[a-z0-9_]+\}/g, 'x');
  const url = URL.canParse(plain) ? new URL(plain) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password;
}

const secret = z
  .string()
  .max(SECRET_CHARACTERS_MAX)
  .regex(/^[\x20-\x7e\t]*$/, 'must be one line of plain characters')
  .optional()
  .describe('Sealed, and never shown again. Left out: it stays as it was.');

const header = z.object({
  name: z
    .string()
    .regex(HEADER_NAME, 'must be the name of a header')
    .refine((name) => !RESERVED_HEADER.test(name), 'is a header that Humdrum sets itself'),
  value: secret,
});

const answer = z.discriminatedUnion('by', [
  z.object({ by: z.literal('reply') }).describe('A 2xx says that it is done'),
  z.object({ by: z.literal('callback') }).describe('The target posts to the address that it is given'),
  z.object({
    by: z.literal('poll'),
    url: address('The address to ask')
      .nullable()
      .default(null)
      .describe('With {run} and inputs in braces; null: what the answer calls statusUrl, or its Location'),
    path: z
      .string()
      .max(200)
      .regex(/^[\w-]*(\.[\w-]+)*$/, 'must be names with dots between them, such as build.result')
      .default('status')
      .describe(
        'Where in the JSON it says how far it is; empty: the words are looked for in the whole answer',
      ),
    done: z.array(filled(100)).min(1, 'needs at least one word').max(WORDS_MAX),
    failed: z.array(filled(100)).max(WORDS_MAX).default([]),
  }),
]);
export type AnswerBy = z.output<typeof answer>;

const repository = z
  .string()
  .trim()
  .regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'must be an owner and a name, such as acme/checkout');
const ref = filled(255).describe('A branch, a tag or a commit; inputs in braces, such as {to}');

const webhook = z.object({
  kind: z.literal('webhook'),
  method: z.enum(['POST', 'PUT']).default('POST'),
  url: address('The address'),
  headers: z.array(header).max(HEADERS_MAX).default([]),
  signingSecret: z
    .string()
    .regex(SIGNING_SECRET, 'must be whsec_ and then 24 to 64 bytes in base64')
    .optional()
    .describe('Left out: it stays as it was, or one is made and shown once'),
  answer,
  dryRun: z
    .enum(['target', 'shown'])
    .default('shown')
    .describe('target: it understands "dryRun": true and changes nothing; shown: we only show the request'),
  repeatable: z
    .boolean()
    .default(false)
    .describe('It does the same webhook-id once however often it comes, so that we may ask again'),
});
const githubWorkflow = z.object({
  kind: z.literal('github_workflow'),
  baseUrl: address('The address').default('https://api.github.com'),
  repository,
  workflow: filled(200).describe('The file name or the id of the workflow; it must have workflow_dispatch'),
  ref: ref.default('main'),
  token: secret,
});
const githubDeployment = z.object({
  kind: z.literal('github_deployment'),
  baseUrl: address('The address').default('https://api.github.com'),
  repository,
  ref,
  environment: filled(255).default('production'),
  task: filled(100).default('deploy'),
  token: secret,
});
const gitlabPipeline = z.object({
  kind: z.literal('gitlab_pipeline'),
  baseUrl: address('The address').default('https://gitlab.com/api/v4'),
  project: filled(300).describe('The id of the project, or its path such as acme/checkout'),
  ref: ref.default('main'),
  token: secret,
});

export const newTarget = z.discriminatedUnion('kind', [
  webhook,
  githubWorkflow,
  githubDeployment,
  gitlabPipeline,
]);
export type NewTarget = z.output<typeof newTarget>;

/** What is kept open to see; whether a secret is set is told, its value is not. */
const open = { tokenSet: z.boolean() };
export const shownTarget = z.discriminatedUnion('kind', [
  webhook
    .omit({ headers: true, signingSecret: true })
    .extend({ headers: z.array(z.object({ name: z.string(), set: z.boolean() })) }),
  githubWorkflow.omit({ token: true }).extend(open),
  githubDeployment.omit({ token: true }).extend(open),
  gitlabPipeline.omit({ token: true }).extend(open),
]);
export type Target = z.output<typeof shownTarget>;
export type TargetOf<Kind extends Target['kind']> = Extract<Target, { kind: Kind }>;

export type Secrets = { headers: Record<string, string>; signing: string[]; token: string };

export const newLever = z
  .object({
    name: filled(100).describe('What people call it: "Roll checkout back"'),
    does: z.enum(DOES).default('other'),
    category: z
      .enum(CATEGORIES)
      .nullable()
      .default(null)
      .describe('Offered for this kind of failure; null: any'),
    serviceIds: z.array(text(64)).max(SERVICES_MAX).default([]).describe('Empty: any service'),
    thirdPartyId: text(64).nullable().default(null).describe('For switches: whom we work without'),
    effect: filled(300).describe(
      'The sentence that is confirmed, with inputs in braces: "Roll back {service} from {from} to {to} in {environment}"',
    ),
    inputs: z.array(leverInput).max(INPUTS_MAX).default([]),
    target: newTarget,
    timeOutMinutes: z.int().min(1).max(MINUTES_MAX).default(15).describe('How long its answer is waited for'),
    timeBoxMinutes: z
      .int()
      .min(1)
      .max(MINUTES_MAX)
      .default(15)
      .describe('How long it may take before people decide again'),
    temporary: z.boolean().default(true).describe('A temporary fix: it needs an owner and a date'),
  })
  .superRefine((lever, context) => {
    const names = lever.inputs.map((input) => input.name);
    const wrong = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    for (const [at, name] of names.entries())
      if (names.indexOf(name) !== at) wrong(['inputs', at, 'name'], 'stands there twice');
    for (const [at, input] of lever.inputs.entries())
      if (input.type === 'choice' && input.preset !== null && !input.choices.includes(input.preset))
        wrong(['inputs', at, 'preset'], 'must be one of the choices');
    const unknown = (said: string, path: string[]) => {
      const strange = namesIn(said).filter((name) => !names.includes(name) && !KNOWN_NAMES.includes(name));
      if (strange.length)
        wrong(
          path,
          `names {${strange[0]}}, which is no input; known are ${[...names, ...KNOWN_NAMES].map((each) => `{${each}}`).join(', ')}`,
        );
    };
    unknown(lever.effect, ['effect']);
    for (const [field, said] of Object.entries(lever.target))
      if (['url', 'ref', 'environment', 'workflow'].includes(field) && typeof said === 'string')
        unknown(said, ['target', field]);
    if (lever.target.kind === 'webhook' && lever.target.answer.by === 'poll' && lever.target.answer.url)
      unknown(lever.target.answer.url.replaceAll('{run}', ''), ['target', 'answer', 'url']);
    const switches = lever.does === 'switch_on' || lever.does === 'switch_off';
    if (switches && !lever.thirdPartyId) wrong(['thirdPartyId'], 'is needed: whom do we work without?');
  });
export type NewLever = z.output<typeof newLever>;

export const shownLever = z.object({
  id: z.string(),
  name: z.string(),
  does: z.enum(DOES),
  category: z.enum(CATEGORIES).nullable(),
  services: z.array(z.object({ id: z.string(), name: z.string() })),
  thirdParty: z.object({ id: z.string(), name: z.string() }).nullable(),
  effect: z.string(),
  inputs: z.array(leverInput),
  target: shownTarget,
  timeOutMinutes: z.number(),
  timeBoxMinutes: z.number(),
  temporary: z.boolean(),
  archivedAt: z.string().nullable(),
  updatedAt: z.string(),
});
export type ShownLever = z.output<typeof shownLever>;
