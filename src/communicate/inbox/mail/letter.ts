/** A mail as the inbox needs it: who, in reply to what, the words, and whether a program wrote it. */
import { type ParsedMail, simpleParser } from 'mailparser';
import { cleanWords } from './words.ts';

export type IncomingLetter = {
  messageId: string | undefined;
  from: { name: string; address: string };
  subject: string;
  text: string;
  date: Temporal.Instant | undefined;
  /** Ids of the mails that it answers, nearest first, without angle brackets. */
  answers: string[];
  /** Why it counts as written by a program; undefined for a person's. */
  automatic: string | undefined;
  /** A report of a mail server about a mail of ours. */
  report: { status: string; original: string } | undefined;
  attachments: { name: string; bytes: number }[];
};

const HTML_CHARACTERS_MAX = 200_000;
const REFERENCES_MAX = 50;
const ATTACHMENTS_MAX = 50;

/** @throws when it cannot be read as a mail at all */
export async function readLetter(raw: Uint8Array): Promise<IncomingLetter> {
  const mail = await simpleParser(Buffer.from(raw), {
    keepDeliveryStatus: true,
    skipImageLinks: true,
    skipTextToHtml: true,
    maxHtmlLengthToParse: HTML_CHARACTERS_MAX,
  } as Parameters<typeof simpleParser>[1]);
  const sender = mail.from?.value[0];
  return {
    messageId: bare(mail.messageId),
    from: { name: cleanWords(sender?.name ?? '', 200), address: cleanWords(sender?.address ?? '', 320) },
    subject: cleanWords(mail.subject ?? '', 500),
    text: cleanWords(mail.text ?? '', 100_000),
    date: mail.date ? Temporal.Instant.fromEpochMilliseconds(mail.date.getTime()) : undefined,
    answers: answersOf(mail),
    automatic: automaticBecause(mail),
    report: reportOf(mail),
    attachments: mail.attachments.slice(0, ATTACHMENTS_MAX).map((each) => ({
      name: cleanWords(each.filename ?? each.contentType, 200),
      bytes: each.size ?? 0,
    })),
  };
}

function answersOf(mail: ParsedMail): string[] {
  const references = Array.isArray(mail.references)
    ? mail.references
    : mail.references
      ? [mail.references]
      : [];
  const ids = [mail.inReplyTo, ...references.toReversed()].flatMap((each) => bare(each) ?? []);
  return [...new Set(ids)].slice(0, REFERENCES_MAX);
}

function bare(id: string | undefined): string | undefined {
  return id?.trim().replace(/^<|>$/g, '').slice(0, 500) || undefined;
}

/** RFC 3834 and what was usual before it. Nothing of the kind is ever answered. */
function automaticBecause(mail: ParsedMail): string | undefined {
  const header = (name: string): string => {
    const value = mail.headers.get(name);
    return typeof value === 'string' ? value.trim() : value === undefined ? '' : JSON.stringify(value);
  };
  const submitted = header('auto-submitted').toLowerCase();
  if (submitted && !submitted.startsWith('no')) return `Auto-Submitted: ${submitted.slice(0, 80)}`;
  for (const name of ['x-autoreply', 'x-autorespond', 'x-auto-reply'])
    if (mail.headers.has(name)) return `It carries the header ${name}.`;
  const precedence = header('precedence').toLowerCase();
  if (/^(bulk|junk|list|auto_reply)\b/.test(precedence)) return `Precedence: ${precedence}`;
  if ((mail.headers.get('list') as { id?: unknown } | undefined)?.id) return 'It came by a mailing list.';
  if (/^<?\s*>?$/.test(returnPath(mail) ?? 'somebody')) return 'Its sender can be answered by nobody.';
  if (isReceipt(mail)) return 'It is a receipt for having been read.';
  const address = mail.from?.value[0]?.address?.toLowerCase() ?? '';
  return /^(mailer-daemon|postmaster|no-?reply|do-?not-?reply)@/.test(address)
    ? `${address} reads no answers.`
    : undefined;
}

function returnPath(mail: ParsedMail): string | undefined {
  return mail.headerLines
    .find(({ key }) => key === 'return-path')
    ?.line.replace(/^return-path:/i, '')
    .trim();
}

function contentType(mail: ParsedMail): { value: string; reportType: string } {
  const value = mail.headers.get('content-type') as
    | { value?: string; params?: Record<string, string> }
    | undefined;
  return {
    value: value?.value?.toLowerCase() ?? '',
    reportType: value?.params?.['report-type']?.toLowerCase() ?? '',
  };
}

function isReceipt(mail: ParsedMail): boolean {
  const { value, reportType } = contentType(mail);
  return value === 'multipart/report' && reportType !== 'delivery-status';
}

function reportOf(mail: ParsedMail): IncomingLetter['report'] {
  const { value, reportType } = contentType(mail);
  const part = (type: RegExp): string =>
    mail.attachments
      .filter((each) => type.test(each.contentType))
      .map((each) => each.content.toString('utf8'))
      .join('\n');
  const status = part(/^message\/(global-)?delivery-status$/i);
  if (!status && !(value === 'multipart/report' && reportType === 'delivery-status')) return undefined;
  return { status, original: part(/^(message\/(rfc822|global)|text\/rfc822-headers)$/i) };
}
