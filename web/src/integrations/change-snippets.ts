/** What to paste where, for each sender of changes. Pure. */
import type { ChangeSender } from './kinds.ts';
import type { Snippet } from './snippets.ts';

type Where = { base: string; key: string };

/** @param base the address under which senders reach us, without a slash at its end */
export function changeSnippetsOf(kind: ChangeSender, where: Where): Snippet[] {
  switch (kind) {
    case 'github':
      return github(where);
    case 'gitlab':
      return gitlab(where);
    case 'argocd':
      return [argocd(where)];
    case 'kubernetes':
      return [kubernetes(where)];
    case 'cloudevents':
      return [curlCloudevent(where)];
    case 'launchdarkly':
      return [
        {
          label: 'LaunchDarkly: Integrations, Webhooks, Add integration, URL',
          text: `${where.base}/hooks/launchdarkly/${where.key}`,
          hint: 'Tick “Sign this webhook”, and give the secret that it shows to Humdrum under “Signing secret” below.',
        },
      ];
    case 'flags':
      return flags(where);
    case 'sns':
      return sns(where);
    case 'slack':
      return slack(where);
    case 'standard_webhooks':
      return [
        {
          label: 'The address of the endpoint',
          text: `${where.base}/hooks/standard-webhooks/${where.key}`,
          hint: 'Take the secret that the sender shows (whsec_…) and give it to Humdrum under “Signing secret” below.',
        },
      ];
  }
}

function github({ base, key }: Where): Snippet[] {
  return [
    {
      label: 'GitHub: repository or organisation, Settings, Webhooks, Add webhook, Payload URL',
      text: `${base}/hooks/github/${key}`,
      hint: 'Content type: application/json. Secret: the one under “Signing secret” below. Choose “Let me select individual events”: Deployments, Deployment statuses, Workflow runs, Pushes, Releases.',
    },
    {
      label: 'Or by the command line of GitHub',
      text: `gh api repos/OWNER/REPOSITORY/hooks -f name=web \\
  -f "config[url]=${base}/hooks/github/${key}" -f "config[content_type]=json" -f "config[secret]=$SIGNING_SECRET" \\
  -f "events[]=deployment" -f "events[]=deployment_status" -f "events[]=workflow_run" -f "events[]=push" -f "events[]=release"`,
    },
  ];
}

function gitlab({ base, key }: Where): Snippet[] {
  return [
    {
      label: 'GitLab: project or group, Settings, Webhooks, Add new webhook, URL',
      text: `${base}/hooks/gitlab/${key}`,
      hint: 'Secret token: the one under “Signing secret” below. Triggers: Deployment, Pipeline, Tag push, Releases, Feature flag; Push events only for branches that deploy.',
    },
    {
      label: 'Or with curl',
      text: `curl -X POST "https://gitlab.example.com/api/v4/projects/ID/hooks" -H "PRIVATE-TOKEN: $GITLAB_TOKEN" \\
  --data-urlencode "url=${base}/hooks/gitlab/${key}" --data-urlencode "token=$SIGNING_SECRET" \\
  -d "push_events=false&deployment_events=true&pipeline_events=true&tag_push_events=true&releases_events=true&feature_flag_events=true"`,
    },
  ];
}

function argocd({ base, key }: Where): Snippet {
  return {
    label: 'argocd-notifications-cm',
    text: `apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-notifications-cm
data:
  service.webhook.humdrum: |
    url: ${base}/hooks/argocd/${key}
    headers: [{name: Content-Type, value: application/json}]
  template.humdrum-sync: |
    webhook:
      humdrum:
        method: POST
        body: |
          {"app":{{toJson .app.metadata.name}},"project":{{toJson .app.spec.project}},"namespace":{{toJson .app.spec.destination.namespace}},"phase":{{toJson .app.status.operationState.phase}},"revision":{{toJson .app.status.sync.revision}},"health":{{toJson .app.status.health.status}},"startedAt":{{toJson .app.status.operationState.startedAt}},"finishedAt":{{toJson .app.status.operationState.finishedAt}},"message":{{toJson .app.status.operationState.message}}}
  trigger.humdrum: |
    - when: app.status.operationState.phase in ['Running', 'Succeeded', 'Failed', 'Error']
      send: [humdrum-sync]
  subscriptions: |
    - recipients: [humdrum]
      triggers: [humdrum]`,
    hint: 'Argo CD sends GET unless told otherwise: keep “method: POST”.',
  };
}

function kubernetes({ base, key }: Where): Snippet {
  return {
    label: 'config.yaml of kubernetes-event-exporter',
    text: `route:
  routes:
    - match:
        - receiver: humdrum
receivers:
  - name: humdrum
    webhook:
      endpoint: ${base}/hooks/kubernetes/${key}
      headers:
        Content-Type: application/json`,
  };
}

function curlCloudevent({ base, key }: Where): Snippet {
  return {
    label: 'Try it with curl',
    text: `curl -X POST ${base}/hooks/cloudevents/${key} -H 'content-type: application/cloudevents+json' -d '{
  "specversion": "1.0", "id": "try-humdrum", "source": "/my/laptop", "type": "dev.cdevents.service.deployed.0.3.0",
  "data": {"subject": {"id": "service/checkout", "content": {"environment": {"id": "production"}, "artifactId": "pkg:oci/checkout@4.12.0"}}}
}'`,
    hint: 'Binary mode and batches go to the same address. The handshake that some senders do first is answered.',
  };
}

function flags({ base, key }: Where): Snippet[] {
  return [
    {
      label: 'Unleash, Flagsmith, ConfigCat: webhook URL',
      text: `${base}/hooks/flags/${key}`,
    },
    {
      label: 'Try it with curl',
      text: `curl -X POST ${base}/hooks/flags/${key} -H 'content-type: application/json' -d '{
  "flag": "new-basket", "environment": "production", "before": false, "after": true, "service": "checkout"
}'`,
    },
  ];
}

function sns({ base, key }: Where): Snippet[] {
  return [
    {
      label: 'Subscribe the topic, with the command line of AWS',
      text: `aws sns subscribe --topic-arn arn:aws:sns:REGION:ACCOUNT:TOPIC --protocol https \\
  --notification-endpoint ${base}/hooks/sns/${key}`,
      hint: 'Then confirm the topic here. Keep raw message delivery off: without its envelope nobody can verify a message.',
    },
    {
      label: 'Let EventBridge send deployments to the topic: event pattern of a rule',
      text: `{"detail-type": ["CodeDeploy Deployment State-change Notification", "ECS Deployment State Change", "CodePipeline Pipeline Execution State Change", "CloudFormation Stack Status Change"]}`,
    },
  ];
}

function slack({ base, key }: Where): Snippet[] {
  return [
    {
      label: 'Webhook URL, where the tool asks for the one of Slack',
      text: `${base}/services/T00000000/B00000000/${key}`,
      hint: 'Some tools insist on this shape; others also take …/hooks/slack/<key>.',
    },
    {
      label: 'Try it with curl',
      text: `curl -X POST ${base}/hooks/slack/${key} -H 'content-type: application/json' -d '{
  "text": "Deployed checkout 4.12.0 to production",
  "attachments": [{"fields": [{"title": "Service", "value": "checkout"}, {"title": "Environment", "value": "production"}]}]
}'`,
    },
  ];
}
