/** Debian's own Alertmanager for tests, alone, sending every alert to the webhooks it is given. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers, findProgram, freePort, startProgram, temporaryFolder } from './program.ts';
import type { Running } from './prometheus.ts';

export type AlertmanagerOptions = {
  webhooks?: { url: string; bearer?: string }[];
  groupBy?: string[];
  groupWaitSeconds?: number;
  groupIntervalSeconds?: number;
  repeatSeconds?: number;
  /** After how long an alert that is not sent again counts as resolved. */
  resolveSeconds?: number;
};

export function findAlertmanager(): string | undefined {
  return findProgram(['prometheus-alertmanager', 'alertmanager'], ['/usr/bin', '/usr/local/bin']);
}

/** Throws with what to install when there is no Alertmanager. */
export async function startAlertmanager(options: AlertmanagerOptions = {}): Promise<Running> {
  const path = findAlertmanager();
  if (!path)
    throw new Error(
      'These tests need Alertmanager and found none. Install the package "prometheus-alertmanager" of your system, or put alertmanager on PATH.',
    );
  const folder = temporaryFolder('alertmanager');
  const config = join(folder.path, 'alertmanager.yml');
  writeFileSync(config, JSON.stringify(configuration(options)));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${config}`,
    `--storage.path=${join(folder.path, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    // Without an address it does not look for a cluster.
    '--cluster.listen-address=',
    '--log.level=warn',
  ];
  const program = await startProgram({ path, args, ready: () => answers(`${url}/-/ready`) });
  return {
    port,
    url,
    async stop() {
      await program.stop('SIGKILL');
      folder.remove();
    },
  };
}

function configuration(options: AlertmanagerOptions) {
  const seconds = (value: number | undefined, otherwise: number) => `${value ?? otherwise}s`;
  return {
    global: { resolve_timeout: seconds(options.resolveSeconds, 300) },
    route: {
      receiver: 'test',
      group_by: options.groupBy ?? ['alertname'],
      group_wait: seconds(options.groupWaitSeconds, 1),
      group_interval: seconds(options.groupIntervalSeconds, 1),
      repeat_interval: seconds(options.repeatSeconds, 3600),
    },
    receivers: [
      {
        name: 'test',
        webhook_configs: (options.webhooks ?? []).map(({ url, bearer }) => ({
          url,
          send_resolved: true,
          ...(bearer ? { http_config: { authorization: { credentials: bearer } } } : {}),
        })),
      },
    ],
  };
}
