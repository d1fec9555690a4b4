/** "Nothing new" by a button in Slack: `/hooks/slack/actions`. The button is bound to its person, and to the message that it stands in. */
import { z } from 'zod';
import type { House } from '#incident/room.ts';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { openSlackDoor } from './channels/slack/door.ts';
import { readOwed, sendNothingNew } from './nothing-new.ts';
import { readNudge } from './nudge-link.ts';
import { NUDGE_ACTION } from './nudge-send.ts';

/** https://docs.slack.dev: block_actions; whatever else is in it is not ours. */
const pressed = z.object({
  type: z.string().max(40),
  user: z.object({ id: z.string().max(40) }),
  container: z
    .object({ message_ts: z.string().max(32), channel_id: z.string().max(40) })
    .partial()
    .optional(),
  actions: z
    .array(z.object({ action_id: z.string().max(255), value: z.string().max(2000).optional() }))
    .max(25)
    .default([]),
});
type Pressed = z.output<typeof pressed>;

export function nudgeSlackRoutes(app: App, house: House): void {
  const { clock, config } = house.platform;
  openSlackDoor(app, {
    path: '/hooks/slack/actions',
    signingSecret: config.slackSigningSecret,
    clock,
    async receive(body) {
      const parsed = pressed.safeParse(jsonOf(new URLSearchParams(body).get('payload') ?? ''));
      if (!parsed.success) throw new Refused('invalid', 'This is not an interaction of Slack.');
      // Links are buttons too; they are only acknowledged.
      const action = parsed.data.actions.find((each) => each.action_id === NUDGE_ACTION);
      if (parsed.data.type === 'block_actions' && action) await press(house, parsed.data, action.value ?? '');
      return {};
    },
  });
}

async function press(house: House, { user, container }: Pressed, token: string): Promise<void> {
  const { db, clock, secret, log } = house.platform;
  const link = readNudge(secret, token);
  const ofNudge = () =>
    db
      .selectFrom('nudge')
      .select(['address', 'posted', 'state', 'reply'])
      .where('incident_id', '=', link?.incidentId ?? '')
      .where('cycle', '=', link?.cycle ?? 0)
      .where('person_id', '=', link?.personId ?? '')
      .where('channel', '=', 'slack')
      .execute();
  const row = (await ofNudge()).find(({ posted }) => {
    const { channel, ts } = (posted ?? {}) as { channel?: string; ts?: string };
    return channel === container?.channel_id && ts === container?.message_ts;
  });
  // A member's id is their own; in a direct conversation nobody else can press.
  const theirs = row && (!/^[UW]/.test(row.address) || row.address === user.id);
  if (!link || !row || !theirs) {
    log.warn({ user: user.id }, 'a button in Slack was pressed that is not theirs');
    return;
  }
  if (row.reply !== null) return;
  const owed = await readOwed(house, link);
  const again = row.state === 'answered';
  const { words } = again
    ? { words: '“Nothing new” was sent already. You need do nothing.' }
    : owed
      ? await sendNothingNew(house, owed, 'button in Slack')
      : { words: 'No longer needed. You need do nothing.' };
  await db
    .updateTable('nudge')
    .set({
      reply: owed ? `INC-${owed.incident.number}: ${words}` : words,
      attempts: 0,
      next_attempt_at: clock.now(),
    })
    .where('incident_id', '=', link.incidentId)
    .where('cycle', '=', link.cycle)
    .where('person_id', '=', link.personId)
    .where('channel', '=', 'slack')
    .where('address', '=', row.address)
    .execute();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
