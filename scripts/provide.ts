/** Provides the programs that the tests need and npm does not bring: found here, or installed where that is possible. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findAlertmanager } from '../test/servers/alertmanager.ts';
import { findChromium } from '../test/servers/chromium.ts';
import { findDovecot } from '../test/servers/imap.ts';
import { findPdftotext } from '../test/servers/pdf.ts';
import { findPostfix } from '../test/servers/postfix.ts';
import { findBinaries } from '../test/servers/postgres.ts';
import { findProgram } from '../test/servers/program.ts';
import { findPrometheus } from '../test/servers/prometheus.ts';
import { ROOT } from './run-tests.ts';

const INSTALL_MINUTES_MAX = 5;

type Need = { name: string; debian: string; find: () => string | undefined; download?: () => boolean };

const NEEDS: Need[] = [
  { name: 'Chromium', debian: 'chromium', find: findChromium, download: downloadChromium },
  { name: 'Prometheus', debian: 'prometheus', find: findPrometheus },
  { name: 'Alertmanager', debian: 'prometheus-alertmanager', find: findAlertmanager },
  { name: 'Dovecot', debian: 'dovecot-imapd', find: findDovecot },
  { name: 'Postfix', debian: 'postfix', find: findPostfix },
  { name: 'pdftotext', debian: 'poppler-utils', find: findPdftotext },
  { name: 'curl', debian: 'curl', find: () => findProgram(['curl'], ['/usr/bin']) },
  { name: 'OpenSSL', debian: 'openssl', find: () => findProgram(['openssl'], ['/usr/bin']) },
];

/** Prints what was found, what was installed and what is missing; the tests that need it will fail and say so. */
export function provide(): void {
  const missing = NEEDS.filter(({ find }) => find() === undefined);
  if (missing.length > 0) installFromDebian(missing.map(({ debian }) => debian));
  for (const need of missing) if (need.find() === undefined) need.download?.();
  for (const need of NEEDS) {
    const path = need.find();
    const how = missing.includes(need) ? ' (installed just now)' : '';
    console.log(
      path
        ? `${need.name}: ${path}${how}`
        : `${need.name}: missing. Install "${need.debian}" and run this again.`,
    );
  }
  console.log(`PostgreSQL: ${postgres()}`);
}

function postgres(): string {
  try {
    return findBinaries();
  } catch (error) {
    return (error as Error).message;
  }
}

function installFromDebian(packages: string[]): void {
  const apt = findProgram(['apt-get'], ['/usr/bin']);
  if (!apt || process.getuid?.() !== 0) return;
  console.log(`Installing ${packages.join(', ')} with apt-get.`);
  // RUNLEVEL=1 keeps the packages from starting their services.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  run(apt, ['update', '-qq'], env);
  // Nothing of this machine may go for a test: not its mail server for ours.
  const how = ['install', '-y', '-qq', '--no-install-recommends', '--no-remove'];
  for (const name of packages) run(apt, [...how, name], env);
}

function downloadChromium(): boolean {
  console.log('Downloading Chromium with Playwright.');
  return run(
    process.execPath,
    [join(ROOT, 'node_modules/playwright-core/cli.js'), 'install', 'chromium'],
    process.env,
  );
}

function run(command: string, args: string[], env: NodeJS.ProcessEnv): boolean {
  const ended = spawnSync(command, args, { env, encoding: 'utf8', timeout: INSTALL_MINUTES_MAX * 60_000 });
  if (ended.status === 0) return true;
  console.log(
    `"${[command, ...args].join(' ')}" did not work:\n${(ended.stderr || ended.stdout || String(ended.error)).trim()}`,
  );
  return false;
}
