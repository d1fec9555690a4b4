/** Reads what mail servers report about our mails (RFC 3464): which one, for good or only late, and in the server's words. Pure. */

export type Bounce = {
  /** Of our mail, without angle brackets; undefined when the report does not say. */
  messageId: string | undefined;
  kind: 'failed' | 'delayed' | 'other';
  text: string;
};

const TEXT_CHARACTERS_MAX = 500;

/**
 * @param report.status the part of the type message/delivery-status
 * @param report.original headers or the whole of the mail that came back
 * @param domain behind the @ of our Message-IDs
 */
export function readBounce(report: { status: string; original: string }, domain: string): Bounce {
  const fields = fieldsOf(report.status);
  const action = fields.get('action')?.toLowerCase() ?? '';
  const status = /\b([245])\.\d{1,3}\.\d{1,3}\b/.exec(fields.get('status') ?? '');
  const diagnostic = (fields.get('diagnostic-code') ?? '').replace(/^\s*\w+\s*;\s*/, '').trim();
  const recipient = (fields.get('final-recipient') ?? fields.get('original-recipient') ?? '')
    .replace(/^\s*[\w-]+\s*;\s*/, '')
    .trim();
  return {
    messageId: ownMessageId(report.original, domain) ?? ownMessageId(report.status, domain),
    kind: kindOf(action, status?.[1]),
    text: [recipient && `${recipient}:`, diagnostic || status?.[0] || action || 'no reason given']
      .filter(Boolean)
      .join(' ')
      .slice(0, TEXT_CHARACTERS_MAX),
  };
}

function kindOf(action: string, status: string | undefined): Bounce['kind'] {
  if (action === 'failed') return 'failed';
  if (action === 'delayed') return 'delayed';
  if (action) return 'other';
  return status === '5' ? 'failed' : status === '4' ? 'delayed' : 'other';
}

/** The first id in it that we gave to a mail of ours. */
export function ownMessageId(text: string, domain: string): string | undefined {
  for (const [, id] of text.matchAll(/<((?:dlv|let)_[0-9a-z]{4,40}@[^<>\s]{1,255})>/gi))
    if (id?.toLowerCase().endsWith(`@${domain.toLowerCase()}`)) return id;
  return undefined;
}

/** Fields of all groups of the report, the last of a name standing: that is the one about the recipient. */
function fieldsOf(text: string): Map<string, string> {
  const unfolded = text.replaceAll('\r\n', '\n').replace(/\n[ \t]+/g, ' ');
  return new Map(
    unfolded.split('\n').flatMap((line) => {
      const colon = line.indexOf(':');
      return colon > 0
        ? [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const]
        : [];
    }),
  );
}
