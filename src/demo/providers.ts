/** The demo's third parties: made up, with feeds that are answered here, since nothing leaves the machine. One works, one is slow, one has fallen silent. */

import { sql } from 'kysely';
import { Failed } from '#platform/errors.ts';
import type { Answered, Outbound } from '#platform/http/outbound.ts';
import { deployerAnswers } from './outside.ts';
import type { Actor, Stage } from './stage.ts';
import { calendar } from './world.ts';

const MADE_UP = 'Made up by the demo.';
const SLOW_MINUTES = 50;

const FEEDS = `
third_parties:
  - name: PayBridge
    feed: { kind: statuspage, url: https://status.paybridge.example, components: [Card payments] }
  - name: Cumulus Cloud
    feed: { kind: statuspage, url: https://status.cumulus.example, components: [eu-west / Databases, eu-west / Compute] }
  - name: Edgeway CDN
    feed: { kind: statuspage, url: https://status.edgeway.example }
  - name: Postwing
    feed: { kind: feed, url: https://status.postwing.example/history.atom }
`;

/** @param asleep the host whose feed does not answer any more */
export function demoOutbound(now: Temporal.Instant, asleep?: string): Outbound {
  const since = now.subtract({ minutes: SLOW_MINUTES }).round('minute').toString();
  const answers: Record<string, string> = {
    'status.paybridge.example': summary('PayBridge', [
      ['Card payments', null, 'operational'],
      ['Payouts', null, 'operational'],
      ['Dashboard', null, 'operational'],
    ]),
    'status.cumulus.example': summary('Cumulus Cloud', [
      ['Compute', 'eu-west', 'operational'],
      ['Databases', 'eu-west', 'operational'],
      ['Compute', 'us-east', 'operational'],
      ['Databases', 'us-east', 'operational'],
    ]),
    'status.edgeway.example': summary(
      'Edgeway CDN',
      [
        ['Delivery', null, 'degraded_performance'],
        ['Purging', null, 'operational'],
      ],
      {
        id: 'edgeway-1',
        name: 'Slow delivery of large images in South America',
        status: 'identified',
        impact: 'minor',
        started_at: since,
        shortlink: 'https://status.edgeway.example/incidents/edgeway-1',
        incident_updates: [
          { body: `We send traffic around the slow site. ${MADE_UP}`, display_at: since, created_at: since },
        ],
        components: [{ name: 'Delivery' }],
      },
    ),
    'status.postwing.example': `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>postwing</id><title>Postwing (${MADE_UP})</title><updated>${since}</updated></feed>`,
  };
  return {
    async request({ url, body }): Promise<Answered> {
      const deployed = deployerAnswers(url, body);
      if (deployed) return deployed;
      const { host } = new URL(url);
      const text = answers[host];
      if (text !== undefined && host !== asleep) return answered(text);
      if (text !== undefined)
        throw new Failed(`${host} did not answer in time. ${MADE_UP}`, { unreachable: true });
      throw new Failed('The demo sends nothing to the outside.', { permanent: true });
    },
  };
}

type Component = [name: string, group: string | null, status: string];

function summary(name: string, components: Component[], incident?: object): string {
  const groups = [...new Set(components.flatMap(([, group]) => group ?? []))];
  return JSON.stringify({
    page: { id: name, name, url: `https://status.${name.split(' ')[0]?.toLowerCase()}.example` },
    status: { indicator: incident ? 'minor' : 'none', description: MADE_UP },
    components: [
      ...components.map(([title, group, status]) => ({
        id: [group, title].filter(Boolean).join('-').toLowerCase(),
        name: title,
        status,
        group: false,
        group_id: group,
      })),
      ...groups.map((group) => ({
        id: group,
        name: group,
        status: 'operational',
        group: true,
        group_id: null,
      })),
    ],
    incidents: incident ? [incident] : [],
    scheduled_maintenances: [],
  });
}

function answered(text: string): Answered {
  return { status: 200, headers: {}, body: text, bytes: Buffer.from(text) };
}

type Past = {
  name: string;
  start: Temporal.Instant;
  minutes: number;
  state: 'degraded' | 'partial';
  title: string;
  components: string[];
};

/** A month of history, as if they had been asked all the time; then the feeds, which are asked now. */
export async function followProviders(stage: Stage, who: Actor, end: Temporal.Instant): Promise<void> {
  const { db } = stage.humdrum.platform;
  const { items } = await stage.ask(who, 'GET', '/third-parties?limit=200');
  const when = calendar(end);
  const past: Past[] = [
    {
      name: 'PayBridge',
      start: when(18, '11:02'),
      minutes: 138,
      state: 'partial',
      title: 'Elevated errors for card payments',
      components: ['Card payments'],
    },
    {
      name: 'Postwing',
      start: when(9, '10:41'),
      minutes: 112,
      state: 'degraded',
      title: 'Delayed delivery',
      components: [],
    },
  ];
  for (const { id, name } of items as { id: string; name: string }[]) {
    let from = end.subtract({ hours: 24 * 30 });
    const span = (state: string, startedAt: Temporal.Instant, endedAt: Temporal.Instant | null) =>
      db
        .insertInto('provider_span')
        .values({ third_party_id: id, state, started_at: startedAt, ended_at: endedAt })
        .execute();
    for (const each of past.filter((one) => one.name === name)) {
      const over = each.start.add({ minutes: each.minutes });
      await span('operational', from, each.start);
      await span(each.state, each.start, over);
      await db
        .insertInto('provider_incident')
        .values({
          third_party_id: id,
          external_id: `${name}-${each.start}`,
          title: each.title,
          impact: each.state,
          started_at: each.start,
          ended_at: over,
          components: each.components,
          updates: sql`${JSON.stringify([{ at: over.toString(), text: `It works again. ${MADE_UP}` }])}::jsonb`,
          touches: true,
          first_seen_at: each.start,
        })
        .execute();
      from = over;
    }
    const slow = end.subtract({ minutes: SLOW_MINUTES });
    await span('operational', from, name === 'Edgeway CDN' ? slow : null);
    if (name === 'Edgeway CDN') await span('degraded', slow, null);
  }
  await stage.ask(who, 'POST', '/directory/import', { yaml: FEEDS });
}
