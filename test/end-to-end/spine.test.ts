/** From a rule of Prometheus to a closed incident, in real time, with nothing of ours in the middle. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { type Running, startPrometheus } from '../servers/prometheus.ts';
import { type FailingService, startService } from './failing-service.ts';
import { type Installation, install, SECONDS } from './installation.ts';
import { integrate, type Organisation, setUpOrganisation } from './organisation.ts';
import { writePostmortem } from './postmortem.ts';
import { openSecureDoor } from './secure-door.ts';
import {
  confirmAndClassify,
  deploy,
  findTheChange,
  isCalled,
  isResolvedByWatching,
  restore,
  rollBack,
  sayNothingNew,
  settleAndClose,
  startIncident,
  tell,
} from './stages.ts';

const PHONE = { width: 390, height: 844 };
const WAIT_MILLISECONDS = 20_000;
const RULE = {
  alert: 'Card payments fail',
  expr: 'failing > 0',
  labels: { severity: 'critical', service: 'shop' },
  annotations: { summary: 'Card payments fail' },
};

let humdrum: Installation;
let organisation: Organisation;
let payments: FailingService;
let prometheus: Running;
const stopping: { stop(): Promise<void> | void }[] = [];

before(async () => {
  [humdrum, payments] = await Promise.all([install(SECONDS, 'embedded'), startService('failing')]);
  stopping.push(humdrum, payments);
  organisation = await setUpOrganisation(humdrum);
  const key = await integrate(humdrum, 'alertmanager', organisation.shop);
  const alertmanager = await startAlertmanager({
    webhooks: [{ url: `${humdrum.url}/hooks/alertmanager/${key}` }],
  });
  stopping.unshift(alertmanager);
  prometheus = await startPrometheus({
    rules: [RULE],
    scrape: [payments.address],
    alertTargets: [{ url: alertmanager.url }],
  });
  stopping.unshift(prometheus);
});

after(async () => {
  for (const each of stopping) await each.stop();
});

test('an alert becomes an incident, people are told, it is mended, and it closes when it is learned from', async () => {
  const night = await startIncident(humdrum, payments, PHONE);
  await deploy(night);
  payments.break();
  await isCalled(night);
  await confirmAndClassify(night);
  await tell(night);
  await findTheChange(night);
  await sayNothingNew(night);
  await rollBack(night);
  await restore(night);
  await isResolvedByWatching(night);

  const incident = await incidentCalled('Card payments fail');
  assert.deepEqual(firing(incident), [false], 'the alert has ended by itself');
  assert.deepEqual(
    incident?.actions.map((each) => [each.what, each.ownerName, each.outcome]),
    [['Roll back shop-api 4.12.0', 'Ana Lima', 'worked']],
  );
  const updates = incident?.promises.filter((each) => each.kind === 'next_update' && each.state === 'kept');
  assert.ok((updates?.length ?? 0) >= 2, 'the cadence was kept, with nothing new');

  await writePostmortem(night.ana);
  await settleAndClose(night);
});

test('Prometheus points straight at Humdrum, and an alert that it no longer sends ends by itself', async () => {
  const bookings = await startService('failing');
  const key = await integrate(humdrum, 'alertmanager_api', organisation.bookings);
  const direct = await startPrometheus({
    rules: [{ ...RULE, alert: 'Bookings fail', annotations: { summary: 'Bookings fail' } }],
    scrape: [bookings.address],
    alertTargets: [{ url: `${humdrum.url}/in/${key}` }],
  });
  try {
    bookings.break();
    const incident = await eventually(() => incidentCalled('Bookings fail'));
    assert.equal(incident.severity, 'P1');
    assert.deepEqual(firing(incident), [true]);
    await direct.stop();
    await recoversByItself(incident);
  } finally {
    bookings.stop();
    await direct.stop();
  }
});

test('the PagerDuty client from npm opens an incident and resolves it', async () => {
  const key = await integrate(humdrum, 'pagerduty', organisation.newsletter);
  const door = await openSecureDoor(humdrum.url);
  const client = async (action: string) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, 'pagerduty-client.ts'), door.address, key, action],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: door.certificate }, timeout: 30_000 },
    );
    return JSON.parse(stdout);
  };
  try {
    assert.deepEqual(await client('trigger'), {
      status: 202,
      body: { status: 'success', message: 'Event processed', dedup_key: 'newsletter/double' },
    });
    const incident = await eventually(() => incidentCalled('Newsletters go out twice'));
    assert.deepEqual(firing(incident), [true]);
    assert.equal((await client('resolve')).status, 202);
    await recoversByItself(incident);
  } finally {
    door.stop();
  }
});

type Shown = {
  id: string;
  title: string;
  severity: string;
  state: string;
  dismissal: { recoveredByItself: boolean } | null;
  alerts: { firing: boolean }[];
  promises: { kind: string; state: string }[];
  actions: { what: string; ownerName: string; outcome: string }[];
};

async function incidentCalled(title: string): Promise<Shown | undefined> {
  const { items } = await humdrum.ask('GET', '/incidents');
  const found = items.find((each: Shown) => each.title === title);
  return found && humdrum.ask('GET', `/incidents/${found.id}`);
}

/** Its alert ends, nobody had taken it yet, and after the quiet time of the policy it is over. */
async function recoversByItself({ id }: Shown): Promise<void> {
  const ended = await eventually(async () => {
    const incident: Shown = await humdrum.ask('GET', `/incidents/${id}`);
    return incident.state === 'detected' ? undefined : incident;
  });
  assert.deepEqual(
    [ended.state, ended.dismissal?.recoveredByItself, firing(ended)],
    ['dismissed', true, [false]],
  );
}

const firing = (incident: Shown | undefined): boolean[] =>
  incident?.alerts.map((alert) => alert.firing) ?? [];

/** The first answer that is not undefined. */
async function eventually<Value>(ask: () => Promise<Value | undefined>): Promise<Value> {
  const end = performance.now() + WAIT_MILLISECONDS;
  while (performance.now() < end) {
    const value = await ask();
    if (value !== undefined) return value;
    await pause(200);
  }
  throw new Error(`It did not happen within ${WAIT_MILLISECONDS} ms.`);
}
