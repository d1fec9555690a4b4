/** A program of its own that reports to PagerDuty with the client published on npm; only the server's name differs. */
import { event } from '@pagerduty/pdjs';

const [server = '', routingKey = '', action = 'trigger'] = process.argv.slice(2);

const answer = await event({
  server,
  data: {
    routing_key: routingKey,
    event_action: action as 'trigger' | 'resolve',
    dedup_key: 'newsletter/double',
    ...(action === 'trigger'
      ? { payload: { summary: 'Newsletters go out twice', source: 'newsletter-1', severity: 'critical' } }
      : {}),
  } as Parameters<typeof event>[0]['data'],
});
console.log(JSON.stringify({ status: answer.response.status, body: answer.data }));
