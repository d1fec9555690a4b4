/** What to paste where, for each way in. Pure. */
import { changeSnippetsOf } from './change-snippets.ts';
import { type IntegrationKind, sendsChanges } from './kinds.ts';

export type Snippet = { label: string; text: string; hint?: string };
type Where = { base: string; key: string };

/** @param base the address under which monitoring reaches us, without a slash at its end */
export function snippetsOf(kind: IntegrationKind, where: Where): Snippet[] {
  if (sendsChanges(kind)) return changeSnippetsOf(kind, where);
  switch (kind) {
    case 'alertmanager_api':
      return [prometheus(where), curlAlertmanager(where)];
    case 'alertmanager':
      return [alertmanagerWebhook(where)];
    case 'pagerduty':
      return [curlPagerduty(where), alertmanagerPagerduty(where), curlChange(where)];
    case 'grafana':
      return [grafana(where), grafanaFile(where)];
    case 'generic':
      return [curlGeneric(where)];
  }
}

function prometheus({ base, key }: Where): Snippet {
  const { protocol, hostname, port } = new URL(base);
  const scheme = protocol.replace(':', '');
  const target = `${hostname}:${port || (scheme === 'https' ? '443' : '80')}`;
  return {
    label: 'prometheus.yml',
    text: `alerting:
  alertmanagers:
    - scheme: ${scheme}
      path_prefix: /in/${key}
      static_configs:
        - targets: ["${target}"]`,
  };
}

function curlAlertmanager({ base, key }: Where): Snippet {
  return {
    label: 'Try it with curl',
    text: `curl -X POST ${base}/in/${key}/api/v2/alerts -H 'content-type: application/json' -d '[
  {"labels": {"alertname": "TryHumdrum", "severity": "warning", "service": "checkout"},
   "annotations": {"summary": "A first alert, to see it arrive"}}
]'`,
  };
}

function alertmanagerWebhook({ base, key }: Where): Snippet {
  return {
    label: 'alertmanager.yml',
    text: `route:
  receiver: humdrum
receivers:
  - name: humdrum
    webhook_configs:
      - url: ${base}/hooks/alertmanager/${key}
        send_resolved: true`,
  };
}

function alertmanagerPagerduty({ base, key }: Where): Snippet {
  return {
    label: 'alertmanager.yml, as a PagerDuty receiver',
    text: `route:
  receiver: humdrum
receivers:
  - name: humdrum
    pagerduty_configs:
      - routing_key: ${key}
        url: ${base}/v2/enqueue`,
  };
}

function curlPagerduty({ base, key }: Where): Snippet {
  return {
    label: 'Try it with curl',
    text: `curl -X POST ${base}/v2/enqueue -H 'content-type: application/json' -d '{
  "routing_key": "${key}", "event_action": "trigger", "dedup_key": "try-humdrum",
  "payload": {"summary": "A first alert, to see it arrive", "source": "my laptop", "severity": "warning"}
}'`,
    hint: 'The same with "event_action": "resolve" ends it.',
  };
}

function curlChange({ base, key }: Where): Snippet {
  return {
    label: 'Tell of a change, from a pipeline',
    text: `curl -X POST ${base}/v2/change/enqueue -H 'content-type: application/json' -d '{
  "routing_key": "${key}", "payload": {"summary": "Deploy checkout 4.12.0", "source": "ci"}
}'`,
  };
}

function grafana({ base, key }: Where): Snippet {
  return {
    label: 'Grafana: Alerting, Contact points, Webhook, URL',
    text: `${base}/hooks/grafana/${key}`,
  };
}

function grafanaFile({ base, key }: Where): Snippet {
  return {
    label: 'Or as a provisioning file',
    text: `apiVersion: 1
contactPoints:
  - orgId: 1
    name: humdrum
    receivers:
      - uid: humdrum
        type: webhook
        settings:
          url: ${base}/hooks/grafana/${key}
          httpMethod: POST`,
  };
}

function curlGeneric({ base, key }: Where): Snippet {
  return {
    label: 'Try it with curl',
    text: `curl -X POST ${base}/hooks/generic/${key} -H 'content-type: application/json' -d '{
  "title": "A first alert, to see it arrive", "status": "down", "severity": "warning", "service": "checkout"
}'`,
    hint: 'Send your own JSON instead; the mapping says how it is read.',
  };
}

/** Where monitoring reaches us: the public address if the server knows it, else the one in the browser. */
export function baseOf(addresses: string[], origin: string): string {
  const known = addresses.find((each) => /^https?:/.test(each));
  const end = known?.search(/\/(v2|hooks|in|services)\//) ?? -1;
  return known && end > 0 ? known.slice(0, end) : origin;
}
