/** The environment, read once at the border: a bad value stops the start with one clear line. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

export type Config = {
  port: number;
  host: string;
  /** The public address without a trailing slash; links are built from this alone. */
  url: string | undefined;
  dataFolder: string;
  databaseUrl: string | undefined;
  secret: string | undefined;
  smtpUrl: string | undefined;
  mailFrom: string;
  /** The mailbox to which people reply. */
  imapUrl: string | undefined;
  slackSigningSecret: string | undefined;
  policyFile: string | undefined;
  adminEmail: string | undefined;
  adminPassword: string | undefined;
  apiToken: string | undefined;
  /** Base address of the ntfy-compatible push server that rings phones. */
  pushUrl: string;
  /** Hosts or CIDRs that outbound requests may reach although they are private. */
  allowPrivate: string[];
  /** The account that sends SMS and calls, or undefined. */
  twilio: TwilioConfig | undefined;
  /** Sends to Slack channels by name; incoming webhooks need none. */
  slack: { botToken: string; apiUrl: string } | undefined;
  /** A language model that may propose wording, or undefined: off. */
  model: ModelConfig | undefined;
  /** Where finished public status pages are copied to, so that they survive us. */
  statusCopy: StatusCopy | undefined;
  /** Where playbooks are read from: a folder, or a repository that git clones. */
  playbooks: PlaybookSource | undefined;
  logLevel: string;
};

/** `link` is the address of a file in it for people, up to the file's path; undefined when there is none. */
export type PlaybookSource = ({ folder: string } | { clone: string; branch: string | undefined }) & {
  link: string | undefined;
};

/** `bucket` is the address of an S3-compatible bucket, with a folder in it if wanted. */
export type StatusCopy =
  | { folder: string }
  | { bucket: string; keyId: string; secret: string; region: string };

/** `url`: the base of an OpenAI-compatible API, such as http://127.0.0.1:11434/v1. */
export type ModelConfig = { url: string; name: string; key: string | undefined };

export type TwilioConfig = {
  accountSid: string;
  authToken: string;
  /** A telephone number or the name of the sender; undefined with a messaging service. */
  from: string | undefined;
  messagingServiceSid: string | undefined;
  /** The number that calls, when it is not `from`. */
  voiceFrom: string | undefined;
  baseUrl: string;
};

/** A value in the environment that cannot be used; its message is the one line the operator sees. */
export class BadConfiguration extends Error {}

const SECRETS = [
  'DATABASE_URL',
  'HUMDRUM_SECRET',
  'SMTP_URL',
  'IMAP_URL',
  'SLACK_SIGNING_SECRET',
  'HUMDRUM_ADMIN_PASSWORD',
  'HUMDRUM_API_TOKEN',
  'TWILIO_AUTH_TOKEN',
  'SLACK_BOT_TOKEN',
  'HUMDRUM_MODEL_KEY',
  'HUMDRUM_STATUS_COPY_SECRET',
  'HUMDRUM_PLAYBOOKS',
];
const TELEPHONE = /^\+[1-9]\d{6,14}$/;

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be an address such as https://incidents.example.com',
});

const shape = z.object({
  HUMDRUM_PORT: z.coerce
    .number({ error: 'must be a port number from 0 to 65535' })
    .int()
    .min(0)
    .max(65535)
    .default(4646),
  HUMDRUM_HOST: z.string().min(1).default('127.0.0.1'),
  HUMDRUM_URL: httpUrl.optional(),
  HUMDRUM_DATA: z.string().min(1).default('./data'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must start with postgres:// or postgresql://' })
    .optional(),
  HUMDRUM_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must look like smtp://user:password@host:587' }).optional(),
  MAIL_FROM: z.string().min(3).max(320).default('Humdrum <humdrum@localhost>'),
  IMAP_URL: z
    .url({ protocol: /^imaps?$/, error: 'must look like imaps://user:password@host/INBOX' })
    .optional(),
  SLACK_SIGNING_SECRET: z.string().min(16, 'must be the signing secret of your Slack app').optional(),
  HUMDRUM_POLICY: z.string().min(1).optional(),
  HUMDRUM_ADMIN_EMAIL: z.email({ error: 'must be an email address' }).optional(),
  HUMDRUM_ADMIN_PASSWORD: z.string().min(12, 'must have at least 12 characters').optional(),
  HUMDRUM_API_TOKEN: z.string().min(32, 'must have at least 32 characters').optional(),
  HUMDRUM_PUSH_URL: httpUrl.default('https://ntfy.sh'),
  HUMDRUM_ALLOW_PRIVATE: z.string().default(''),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC\w{1,64}$/, 'must be the id of the account, such as AC…')
    .optional(),
  TWILIO_AUTH_TOKEN: z.string().min(1).optional(),
  TWILIO_FROM: z.string().min(1).max(32).optional(),
  TWILIO_MESSAGING_SERVICE_SID: z.string().min(1).max(64).optional(),
  TWILIO_VOICE_FROM: z.string().regex(TELEPHONE, 'must be a number such as +4930123456').optional(),
  TWILIO_BASE_URL: httpUrl.default('https://api.twilio.com'),
  SLACK_BOT_TOKEN: z.string().min(1).optional(),
  SLACK_API_URL: httpUrl.default('https://slack.com/api'),
  HUMDRUM_MODEL_URL: httpUrl.optional(),
  HUMDRUM_MODEL: z.string().min(1).max(200).optional(),
  HUMDRUM_MODEL_KEY: z.string().min(1).optional(),
  HUMDRUM_STATUS_COPY: z.string().min(1).optional(),
  HUMDRUM_STATUS_COPY_KEY_ID: z.string().min(1).optional(),
  HUMDRUM_STATUS_COPY_SECRET: z.string().min(1).optional(),
  HUMDRUM_STATUS_COPY_REGION: z.string().min(1).default('us-east-1'),
  HUMDRUM_PLAYBOOKS: z.string().min(1).max(1000).optional(),
  HUMDRUM_PLAYBOOKS_LINK: httpUrl.optional(),
  HUMDRUM_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/**
 * @param environment usually `process.env`
 * @throws BadConfiguration naming the variable, what is wrong with it, and never its value
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const values = withSecretFiles(environment);
  const parsed = shape.safeParse(values);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new BadConfiguration(
      `${String(issue?.path[0] ?? 'configuration')} ${issue?.message ?? 'is not valid'}.`,
    );
  }
  const it = parsed.data;
  if ((it.HUMDRUM_ADMIN_EMAIL === undefined) !== (it.HUMDRUM_ADMIN_PASSWORD === undefined))
    throw new BadConfiguration('HUMDRUM_ADMIN_EMAIL and HUMDRUM_ADMIN_PASSWORD must be set together.');
  return {
    port: it.HUMDRUM_PORT,
    host: it.HUMDRUM_HOST,
    url: it.HUMDRUM_URL?.replace(/\/+$/, ''),
    dataFolder: resolve(it.HUMDRUM_DATA),
    databaseUrl: it.DATABASE_URL,
    secret: it.HUMDRUM_SECRET,
    smtpUrl: it.SMTP_URL,
    mailFrom: it.MAIL_FROM,
    imapUrl: it.IMAP_URL,
    slackSigningSecret: it.SLACK_SIGNING_SECRET,
    policyFile: it.HUMDRUM_POLICY,
    adminEmail: it.HUMDRUM_ADMIN_EMAIL,
    adminPassword: it.HUMDRUM_ADMIN_PASSWORD,
    apiToken: it.HUMDRUM_API_TOKEN,
    pushUrl: it.HUMDRUM_PUSH_URL.replace(/\/+$/, ''),
    allowPrivate: it.HUMDRUM_ALLOW_PRIVATE.split(',')
      .map((each) => each.trim())
      .filter(Boolean),
    twilio: twilioOf(it),
    slack: it.SLACK_BOT_TOKEN
      ? { botToken: it.SLACK_BOT_TOKEN, apiUrl: it.SLACK_API_URL.replace(/\/+$/, '') }
      : undefined,
    model: modelOf(it),
    statusCopy: statusCopyOf(it),
    playbooks: playbooksOf(it),
    logLevel: it.HUMDRUM_LOG_LEVEL,
  };
}

function modelOf(it: z.output<typeof shape>): ModelConfig | undefined {
  const { HUMDRUM_MODEL_URL: url, HUMDRUM_MODEL: name, HUMDRUM_MODEL_KEY: key } = it;
  if ((url === undefined) !== (name === undefined))
    throw new BadConfiguration('HUMDRUM_MODEL_URL and HUMDRUM_MODEL must be set together.');
  return url && name ? { url: url.replace(/\/+$/, ''), name, key } : undefined;
}

function twilioOf(it: z.output<typeof shape>): TwilioConfig | undefined {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = it;
  if ((accountSid === undefined) !== (authToken === undefined))
    throw new BadConfiguration('TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN must be set together.');
  if (!accountSid || !authToken) return undefined;
  const from = it.TWILIO_FROM;
  const voiceFrom = it.TWILIO_VOICE_FROM ?? (from && TELEPHONE.test(from) ? from : undefined);
  if (!from && !it.TWILIO_MESSAGING_SERVICE_SID)
    throw new BadConfiguration('TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID must be set to send SMS.');
  return {
    accountSid,
    authToken,
    from,
    messagingServiceSid: it.TWILIO_MESSAGING_SERVICE_SID,
    voiceFrom,
    baseUrl: it.TWILIO_BASE_URL.replace(/\/+$/, ''),
  };
}

function statusCopyOf(it: z.output<typeof shape>): StatusCopy | undefined {
  const to = it.HUMDRUM_STATUS_COPY;
  if (to === undefined) return undefined;
  if (!/^https?:/.test(to)) return { folder: resolve(to) };
  if (!URL.canParse(to) || new URL(to).pathname === '/')
    throw new BadConfiguration(
      'HUMDRUM_STATUS_COPY must be a folder, or the address of a bucket such as https://s3.example.com/bucket.',
    );
  const { HUMDRUM_STATUS_COPY_KEY_ID: keyId, HUMDRUM_STATUS_COPY_SECRET: secret } = it;
  if (!keyId || !secret)
    throw new BadConfiguration(
      'HUMDRUM_STATUS_COPY_KEY_ID and HUMDRUM_STATUS_COPY_SECRET must be set for a bucket.',
    );
  return { bucket: to.replace(/\/+$/, ''), keyId, secret, region: it.HUMDRUM_STATUS_COPY_REGION };
}

// An address that git knows; "ext::" and the like would run a command and are no address here.
const REPOSITORY = /^(https?|ssh|git|file):\/\/\S+$|^[\w.-]+@[\w.-]+:[^\s:]+$/;

function playbooksOf(it: z.output<typeof shape>): PlaybookSource | undefined {
  const from = it.HUMDRUM_PLAYBOOKS;
  const link = it.HUMDRUM_PLAYBOOKS_LINK?.replace(/\/+$/, '');
  if (from === undefined) {
    if (link) throw new BadConfiguration('HUMDRUM_PLAYBOOKS_LINK needs HUMDRUM_PLAYBOOKS.');
    return undefined;
  }
  const [address = '', branch] = from.split('#');
  if (REPOSITORY.test(address)) {
    if (branch !== undefined && !/^[\w][\w./-]*$/.test(branch))
      throw new BadConfiguration('HUMDRUM_PLAYBOOKS names a branch that git does not allow.');
    return { clone: address, branch, link };
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(from))
    throw new BadConfiguration(
      'HUMDRUM_PLAYBOOKS must be a folder, or an address such as https://github.com/you/playbooks.git.',
    );
  return { folder: resolve(from), link };
}

function withSecretFiles(environment: Record<string, string | undefined>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value) values[name] = value;
  for (const name of SECRETS) {
    const file = values[`${name}_FILE`];
    if (!file) continue;
    if (values[name]) throw new BadConfiguration(`${name} and ${name}_FILE are both set; keep one of them.`);
    try {
      values[name] = readFileSync(file, 'utf8').trim();
    } catch {
      throw new BadConfiguration(`${name}_FILE names a file that cannot be read: ${file}.`);
    }
  }
  return values;
}
