/** The policy: the process as data, readable, comparable, changed by administrators one checked version at a time. */
import { z } from 'zod';
import { transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { pageQuery, text } from '#platform/http/fields.ts';
import type { Platform } from '#platform/platform.ts';
import { diffLines } from './diff.ts';
import type { Policies } from './policies.ts';
import { parsePolicy } from './policy.ts';
import { readablePolicy } from './readable.ts';

const tags = ['policy'];
const POLICY_CHARACTERS_MAX = 64 * 1024;
const LINES_MAX = 4000;
const NOTE_CHARACTERS_MAX = 500;
const VERSION_MAX = 2_147_483_647;

const yaml = z
  .string()
  .min(1, 'must not be empty')
  .max(POLICY_CHARACTERS_MAX, 'must have at most 64 KB')
  .refine((value) => !value.includes('\0') && value.isWellFormed(), 'must be text')
  .refine((value) => value.split('\n').length <= LINES_MAX, `must have at most ${LINES_MAX} lines`);
const version = z.coerce.number().int().min(1).max(VERSION_MAX);

const readable = z.object({
  version: z.number(),
  name: z.string(),
  general: z.array(z.string()),
  promises: z.array(
    z.object({ kind: z.string(), name: z.string(), learning: z.boolean(), sentences: z.array(z.string()) }),
  ),
});
const summary = z.object({
  version: z.number(),
  note: z.string(),
  createdBy: z.string().nullable(),
  createdAt: z.string(),
  inForce: z.boolean(),
});
const whole = summary.extend({ yaml: z.string(), readable });

export function policyRoutes(
  app: App,
  { platform, policies }: { platform: Platform; policies: Policies },
): void {
  const { db, clock, live } = platform;

  app.get(
    '/api/v1/policy',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The policy in force, as YAML and in sentences',
        operationId: 'getPolicy',
        response: { 200: whole },
      },
    },
    async () => show((await policies.current(db)).version),
  );

  app.get(
    '/api/v1/policy/versions',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'All versions of the policy, newest first',
        operationId: 'listPolicyVersions',
        querystring: z.object({ ...pageQuery, cursor: version.optional() }),
        response: { 200: z.object({ items: z.array(summary), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      let query = db
        .selectFrom('policy_version')
        .select(['version', 'note', 'created_by', 'created_at'])
        .orderBy('version', 'desc')
        .limit(limit + 1);
      if (cursor) query = query.where('version', '<', cursor);
      const [rows, current] = [await query.execute(), await policies.current(db)];
      const page = rows.slice(0, limit);
      return {
        items: page.map((row) => summaryOf(row, current.version)),
        next: rows.length > limit ? String(page.at(-1)?.version) : null,
      };
    },
  );

  app.get(
    '/api/v1/policy/versions/:version',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'One version of the policy',
        operationId: 'getPolicyVersion',
        params: z.object({ version }),
        response: { 200: whole },
      },
    },
    async (request) => show(request.params.version),
  );

  app.get(
    '/api/v1/policy/diff',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What changed between two versions, line by line',
        operationId: 'diffPolicy',
        querystring: z.object({ from: version, to: version }),
        response: {
          200: z.object({
            from: z.number(),
            to: z.number(),
            lines: z.array(
              z.object({
                change: z.enum(['same', 'removed', 'added']),
                text: z.string(),
                from: z.number().nullable(),
                to: z.number().nullable(),
              }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const { from, to } = request.query;
      return { from, to, lines: diffLines((await rowOf(from)).yaml, (await rowOf(to)).yaml) };
    },
  );

  app.post(
    '/api/v1/policy/check',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Check a policy without keeping it',
        description:
          'Answers what it would mean in sentences and what would change, or names the fields that cannot be accepted.',
        operationId: 'checkPolicy',
        body: z.object({ yaml }),
        response: { 200: z.object({ readable, changedLines: z.number().int() }) },
      },
    },
    async (request) => {
      const checked = parsePolicy(request.body.yaml, 0);
      const current = await policies.current(db);
      const lines = diffLines((await rowOf(current.version)).yaml, request.body.yaml);
      return {
        readable: readablePolicy(checked),
        changedLines: lines.filter((each) => each.change !== 'same').length,
      };
    },
  );

  app.put(
    '/api/v1/policy',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: 'Put a new version in force',
        description:
          'For incidents declared from now on; open ones keep the version they were declared under. The same text again makes no new version.',
        operationId: 'savePolicy',
        body: z.object({
          yaml,
          note: text(NOTE_CHARACTERS_MAX).default('').describe('Why, for those who read the history.'),
          basedOn: version
            .optional()
            .describe('The version that was edited; refused when another has come into force since.'),
        }),
        response: { 200: whole },
      },
    },
    async (request) => {
      const { yaml, note, basedOn } = request.body;
      const now = clock.now();
      const saved = await transaction(db, async (tx) => {
        const current = await policies.current(tx);
        if (basedOn !== undefined && basedOn !== current.version)
          throw new Refused(
            'conflict',
            `Version ${current.version} came into force while you edited version ${basedOn}; nothing was changed.`,
            {
              mend: 'Compare the two and edit the newest.',
            },
          );
        const policy = await policies.save(tx, yaml, callerOf(request).name, note, now);
        if (policy.version !== current.version)
          await live.publish(tx, { kind: 'policy', id: 'policy', version: policy.version }, now);
        return policy;
      });
      return show(saved.version);
    },
  );

  async function rowOf(wanted: number) {
    const row = await db
      .selectFrom('policy_version')
      .select(['version', 'yaml', 'note', 'created_by', 'created_at'])
      .where('version', '=', wanted)
      .executeTakeFirst();
    if (!row) throw notFound('version of the policy', String(wanted));
    return row;
  }

  async function show(wanted: number): Promise<z.infer<typeof whole>> {
    const row = await rowOf(wanted);
    const current = await policies.current(db);
    return {
      ...summaryOf(row, current.version),
      yaml: row.yaml,
      readable: readablePolicy(await policies.version(db, wanted)),
    };
  }
}

type SummaryRow = { version: number; note: string; created_by: string | null; created_at: Temporal.Instant };

function summaryOf(row: SummaryRow, inForce: number): z.infer<typeof summary> {
  return {
    version: row.version,
    note: row.note,
    createdBy: row.created_by,
    createdAt: row.created_at.toString(),
    inForce: row.version === inForce,
  };
}
