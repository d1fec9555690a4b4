/** The lines that docs/changes-sources.md tells pipelines to run send what the address takes. `curl` is a stand-in that hands back the body. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { newChange } from '#src/triage/shapes.ts';

const ENVIRONMENT = {
  PATH: process.env.PATH,
  HUMDRUM_URL: 'https://humdrum.example.com',
  HUMDRUM_TOKEN: 'token',
  GITHUB_REPOSITORY: 'acme/checkout',
  GITHUB_SHA: '9f1c2ab',
  GITHUB_RUN_ID: '7',
  GITHUB_SERVER_URL: 'https://github.com',
  STATE: 'failed',
  CI_PROJECT_PATH: 'acme/shop',
  CI_COMMIT_SHORT_SHA: '279484c0',
  CI_COMMIT_SHA: '279484c09fbe',
  CI_PIPELINE_ID: '31',
  CI_PIPELINE_URL: 'https://gitlab.example/31',
  JOB_NAME: 'shop',
  BUILD_NUMBER: '4',
  BUILD_TAG: 'jenkins-shop-4',
  BUILD_URL: 'https://jenkins.example/4',
};

const blocks = [
  ...readFileSync(join(import.meta.dirname, '../docs/changes-sources.md'), 'utf8').matchAll(
    /```(yaml|groovy|sh)\n([\s\S]*?)```/g,
  ),
].map(([, language, text = '']) => ({ language, text }));

/** What a line would send, with the address as its first line. */
function sentBy(script: string): { url: string; body: unknown } {
  const standIn = `curl() { while [ $# -gt 0 ]; do case "$1" in -X) shift; printf '%s\\n' "$2";; -d) printf '%s' "$2";; esac; shift; done; }`;
  const out = execFileSync('sh', ['-c', `${standIn}\n${script}`], { env: ENVIRONMENT, encoding: 'utf8' });
  const [url = '', ...rest] = out.split('\n');
  return { url, body: JSON.parse(rest.join('\n')) };
}

function scripts(): string[] {
  return blocks.flatMap(({ language, text }) => {
    if (language === 'sh') return [text];
    // A text between three quotes of Groovy reads a doubled backslash as one.
    if (language === 'groovy') return [(/'''([\s\S]*?)'''/.exec(text)?.[1] ?? '').replaceAll('\\\\', '\\')];
    const read = parse(text);
    const run = Array.isArray(read) ? read[0].run : read['tell-humdrum']?.script[0];
    return run ? [run] : [];
  });
}

test('each line for a pipeline sends a change that is taken', () => {
  const all = scripts();
  assert.equal(all.length, 4, 'GitHub Actions, GitLab CI, Jenkins and Terraform');
  for (const script of all) {
    const { url, body } = sentBy(script);
    assert.equal(url, 'https://humdrum.example.com/api/v1/changes');
    const change = newChange.parse(body);
    assert.equal(change.service, 'checkout');
    assert.ok(change.source, script);
  }
});

test('the task for Ansible sends a change that is taken', () => {
  const task = blocks.map(({ text }) => text).find((text) => text.includes('ansible.builtin.uri')) ?? '';
  const [{ 'ansible.builtin.uri': uri }] = parse(task);
  assert.equal(uri.url, '{{ humdrum_url }}/api/v1/changes');
  assert.equal(newChange.parse(uri.body).kind, 'config');
});
