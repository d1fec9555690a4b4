/** What somebody newly wrote in a reply: without what they quote, and without their signature. Pure. */

// The line by which mail programs introduce what they quote, in the languages that our readers use most.
const QUOTE_INTRODUCTIONS = [
  /^(on|am|le|el|il|op|den|em|w dniu|dne)\b.{0,200}(wrote|schrieb|écrit|escribió|ha scritto|schreef|skrev|escreveu|napisał\(a\)|napsal\(a\)).{0,80}:$/i,
  /^-{2,}\s*(original message|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|forwarded message)\s*-{2,}$/i,
  /^_{20,}$/,
  /^(from|von|de|da|van|från):\s.+$/i,
];
const SENT_FROM =
  /^(sent from my|von meinem .{1,40} gesendet|envoyé de mon|enviado desde mi|get outlook for)\b.{0,60}$/i;

/** @returns what is new in it; the whole text where nothing would be left */
export function newWords(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').replaceAll('\u00a0', ' ').split('\n');
  const end = lines.findIndex((_, index) => endsHere(lines, index));
  const kept = (end < 0 ? lines : lines.slice(0, end)).filter(
    (line) => !/^\s*>/.test(line) && !SENT_FROM.test(line.trim()),
  );
  const words = tidy(kept.join('\n'));
  return words || tidy(text);
}

function endsHere(lines: string[], index: number): boolean {
  const line = lines[index]!.trimEnd();
  if (line === '--' || line === '-- ') return true;
  const bare = line.trim();
  // Long introductions are broken over two or three lines.
  const joined = [bare, ...lines.slice(index + 1, index + 3).map((each) => each.trim())];
  const introduces = joined.some((_, count) => {
    const words = joined.slice(0, count + 1).join(' ');
    return QUOTE_INTRODUCTIONS[0]!.test(words);
  });
  if (introduces || QUOTE_INTRODUCTIONS[1]!.test(bare) || QUOTE_INTRODUCTIONS[2]!.test(bare)) return true;
  // The block of headers that Outlook puts above what it quotes.
  return QUOTE_INTRODUCTIONS[3]!.test(bare) && lines.slice(index + 1, index + 5).some(isHeaderLine);
}

function isHeaderLine(line: string): boolean {
  return /^(sent|gesendet|date|datum|envoyé|enviado|to|an|à|para|subject|betreff|objet|asunto):\s/i.test(
    line.trim(),
  );
}

function tidy(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
