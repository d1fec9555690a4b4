/** What never belongs into a message: addresses of machines and people, passwords, tokens. Pure; the web may import it. */

const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';

/** Of machines and people: daily bread inside the house, and nobody's business outside. */
export const ADDRESSES: readonly RegExp[] = [
  new RegExp(`(?<![\\w.])${OCTET}(?:\\.${OCTET}){3}(?![\\w]|\\.\\d)`, 'g'),
  /\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b/gi,
  /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g,
  /\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:internal|local|lan|corp|intra|svc)(?:\.[a-z0-9.-]+)?\b/gi,
  // db-prod-03, web-01.ams: machines have numbers and say what they are for; us-east-1 is a place.
  /\b(?=[a-z0-9-]*(?:db|web|app|srv|server|host|vm|node|cache|worker|lb|proxy|mysql|pg|redis|kafka|queue|prod|stag))[a-z][a-z0-9]*(?:-[a-z0-9]+)*-\d{1,4}(?:\.[a-z0-9.-]+)?\b/g,
];

/** Nobody's business anywhere. */
export const SECRETS: readonly RegExp[] = [
  /\b(?:password|passwd|passphrase|secret|token|api[_ -]?key|bearer|credentials?)\s*(?:[:=]\s*\S+|is\s+(?=\S*\d)\S+)/gi,
  /\bbearer\s+[A-Za-z0-9._-]{12,}/gi,
  /\b(?:ghp_|gho_|github_pat_|glpat-|xox[abp]-|sk_live_|rk_live_|AKIA)[A-Za-z0-9_-]{8,}/g,
  /\b(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*[A-Z])[A-Za-z0-9_-]{24,}\b/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+/g,
];

/** A client named as one: "customer Contoso", "Contoso GmbH". The catalogue knows the rest. */
export const CLIENT_NAMED =
  /\b(?:[Cc]ustomer|[Cc]lient|[Tt]enant) (?!(?:API|Portal|Support|Success|Service|Care|Area|Dashboard|VPN|SDK|ID|IDs|App)\b)[A-Z][\w&-]*[a-z][\w&-]*(?: (?:GmbH|AG|Inc|Ltd|LLC|BV|SA))?|\b[A-Z][\w&-]+(?: [A-Z][\w&-]+)? (?:GmbH|Inc|Ltd|LLC)\b/g;
