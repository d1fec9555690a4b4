/** Debian's own Prometheus for tests, evaluating the rules it is given and alerting where it is told. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers, findProgram, freePort, startProgram, temporaryFolder } from './program.ts';

/** Where alerts are sent: an Alertmanager, or whatever speaks its `/api/v2/alerts` below the address's path. */
export type AlertTarget = { url: string; bearer?: string };

export type PrometheusOptions = {
  /** Alerting rules as Prometheus writes them: `{alert, expr, for, labels, annotations}`. */
  rules?: Record<string, unknown>[];
  alertTargets?: AlertTarget[];
  /** `host:port` of what it scrapes at /metrics. */
  scrape?: string[];
  /** Seconds between scrapes, and between evaluations of the rules. */
  intervalSeconds?: number;
  /** How often a firing alert is sent again; it ends by itself four of these after the last one. */
  resendSeconds?: number;
};

export type Running = { port: number; url: string; stop(): Promise<void> };

export function findPrometheus(): string | undefined {
  return findProgram(['prometheus'], ['/usr/bin', '/usr/local/bin']);
}

/** Throws with what to install when there is no Prometheus. */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<Running> {
  const path = findPrometheus();
  if (!path)
    throw new Error(
      'These tests need Prometheus and found none. Install the package "prometheus" of your system.',
    );
  const folder = temporaryFolder('prometheus');
  const config = join(folder.path, 'prometheus.yml');
  writeFileSync(join(folder.path, 'rules.yml'), JSON.stringify(rulesFile(options)));
  writeFileSync(config, JSON.stringify(configuration(options)));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder.path, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    `--rules.alert.resend-delay=${options.resendSeconds ?? 1}s`,
    '--log.level=warn',
  ];
  const ready = async () => (await answers(`${url}/-/ready`)) && (await knowsTargets(url, options));
  const program = await startProgram({ path, args, ready });
  return {
    port,
    url,
    async stop() {
      await program.stop('SIGKILL');
      folder.remove();
    },
  };
}

/** Prometheus takes some seconds to discover where to send; what fires before that is lost to the test. */
async function knowsTargets(url: string, { alertTargets = [] }: PrometheusOptions): Promise<boolean> {
  const response = await fetch(`${url}/api/v1/alertmanagers`, { signal: AbortSignal.timeout(2000) });
  const { data } = (await response.json()) as { data: { activeAlertmanagers: unknown[] } };
  return data.activeAlertmanagers.length >= alertTargets.length;
}

function rulesFile({ rules = [] }: PrometheusOptions) {
  return { groups: rules.length > 0 ? [{ name: 'test', rules }] : [] };
}

// JSON is YAML, so the objects are written as they are.
function configuration({ alertTargets = [], scrape = [], intervalSeconds = 1 }: PrometheusOptions) {
  const interval = `${intervalSeconds}s`;
  return {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: ['rules.yml'],
    scrape_configs: [{ job_name: 'test', static_configs: [{ targets: scrape }] }],
    alerting: { alertmanagers: alertTargets.map(alertmanager) },
  };
}

function alertmanager({ url, bearer }: AlertTarget) {
  const { protocol, host, pathname } = new URL(url);
  return {
    scheme: protocol.slice(0, -1),
    api_version: 'v2',
    path_prefix: pathname,
    static_configs: [{ targets: [host] }],
    ...(bearer ? { authorization: { credentials: bearer } } : {}),
  };
}
