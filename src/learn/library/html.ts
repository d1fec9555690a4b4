/** A postmortem as one finished HTML document: its own styles, no script, nothing loaded from anywhere, every text escaped. Pure. */
import { escaped } from '#platform/escaped.ts';
import type { ActionItem } from '../action-items.ts';
import type { TimelineEntry } from '../sections.ts';
import type { Copy } from './copy.ts';
import {
  agreedWords,
  byDay,
  clockAndDay,
  clockBeside,
  lasted,
  minuteOf,
  NOT_WRITTEN,
  type Part,
  paragraphs,
  partsOf,
  standing,
  standingWords,
} from './words.ts';

/** Also said in the document itself, which is opened from a disk without our headers. */
export const HTML_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE = `
:root{color-scheme:light dark;--paper:#f6f5f1;--ink:#1d1f24;--quiet:#5c5f66;--line:#dcd9d0;--red:#b3261e;--amber:#8a5a00;--green:#1d6b40}
@media (prefers-color-scheme:dark){:root{--paper:#15171b;--ink:#eceae4;--quiet:#a3a6ad;--line:#33363d;--red:#ff9d94;--amber:#ecc27a;--green:#8fd3ad}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 Inter,"Inter Variable",ui-sans-serif,system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:760px;margin:0 auto;padding:48px 20px 72px}
h1{font-size:28px;line-height:1.2;letter-spacing:-.015em;margin:4px 0 12px;overflow-wrap:anywhere}
h2{font-size:19px;letter-spacing:-.01em;margin:40px 0 8px;padding-top:16px;border-top:1px solid var(--line)}
h3{font-size:15px;margin:20px 0 4px}
p{margin:0 0 10px;max-width:68ch;overflow-wrap:anywhere}
time,.figure{font-family:"IBM Plex Mono",ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em;white-space:nowrap}
.quiet,th{color:var(--quiet);font-weight:400}.small,th,.source{font-size:14px}.draft{color:var(--amber);font-weight:600}.published{color:var(--green)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px 24px;margin:20px 0 0}
dt{color:var(--quiet);font-size:14px}dd{margin:0;font-weight:600;overflow-wrap:anywhere}.P1{color:var(--red)}.P2{color:var(--amber)}
table{width:100%;border-collapse:collapse;table-layout:fixed}
th{text-align:left;padding:4px 12px 4px 0}th:first-child{width:84px}th.day{width:auto}th:nth-child(2){width:116px}
td{padding:6px 12px 6px 0;vertical-align:top;border-top:1px solid var(--line);overflow-wrap:anywhere}td:last-child{padding-right:0}
.day{font-weight:600;padding-top:16px;text-align:left}.source{color:var(--quiet);display:block}
ul{list-style:none;padding:0;margin:0}li{padding:10px 0;border-top:1px solid var(--line);overflow-wrap:anywhere}li p{margin:2px 0 0}
@media (max-width:560px){main{padding:28px 16px 48px}table,tbody,tr,td{display:block}thead{position:absolute;clip-path:inset(50%)}tr{border-top:1px solid var(--line);padding:8px 0}td{border:0;padding:0}td:nth-child(-n+2){display:inline-block;margin-right:12px}td:nth-child(2)::before{content:"recorded ";font-size:14px}.day{display:block;width:auto}}
@media print{:root{--paper:#fff;--ink:#000;--quiet:#444;--line:#bbb}main{max-width:none;padding:0}h2,h3{break-after:avoid}tr,li{break-inside:avoid}}
`;

export function htmlOf(copy: Copy): string {
  const title = `Postmortem of INC-${copy.incident.number}: ${copy.title}`;
  const { before, cause, factors, after, end } = partsOf(copy.sections);
  const body = [
    head(copy),
    ...before.map(section),
    timeline(copy.sections.timeline),
    group('Root cause', cause),
    group('Contributing factors', factors),
    ...after.map(section),
    `<h2>Action items</h2>${items(standing(copy.actionItems), copy.sections.noActionBecause)}`,
    ...end.map(section),
    `<p class="quiet small">Exported ${when(copy.exportedAt)} UTC. All times are in UTC. Roles stand for people; owners of action items are named.</p>`,
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(HTML_POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><main>
${body.join('\n')}
</main></body></html>
`;
}

function head(copy: Copy): string {
  const { incident, organisation } = copy;
  const facts: [string, string, string?][] = [
    ['Severity', incident.severity, incident.severity],
    ['Lasted', lasted(copy) ?? 'not restored yet'],
    ['Detected', clockAndDay(incident.detectedAt)],
    ...(incident.restoredAt
      ? ([['Worked again', clockAndDay(incident.restoredAt)]] as [string, string][])
      : []),
    ...(incident.services.length ? ([['Services', incident.services.join(', ')]] as [string, string][]) : []),
  ];
  return `<header><p class="quiet">${escaped(organisation ? `${organisation} · ` : '')}Postmortem of INC-${incident.number}</p>
<h1>${escaped(copy.title)}</h1>
<p class="${copy.state}">${escaped(standingWords(copy))}</p>
<dl>${facts.map(([name, value, mark]) => `<div><dt>${name}</dt><dd${mark ? ` class="${escaped(mark)}"` : ''}>${escaped(value)}</dd></div>`).join('')}</dl></header>`;
}

function section({ title, text }: Part): string {
  return `<h2>${escaped(title)}</h2>${prose(text)}`;
}

function group(title: string, parts: Part[]): string {
  return `<h2>${escaped(title)}</h2>${parts.map((part) => `<h3>${escaped(part.title === title ? 'Conditions' : part.title)}</h3>${prose(part.text)}`).join('')}`;
}

function prose(text: string): string {
  const found = paragraphs(text);
  if (found.length === 0) return `<p class="quiet">${NOT_WRITTEN}</p>`;
  return found.map((line) => `<p>${escaped(line)}</p>`).join('');
}

function timeline(lines: TimelineEntry[]): string {
  if (lines.length === 0) return `<h2>Timeline</h2><p class="quiet">${NOT_WRITTEN}</p>`;
  const rows = byDay(lines).map(
    ({ day, lines: those }) =>
      `<tr><th class="day" colspan="3" scope="rowgroup">${escaped(day)}</th></tr>${those.map(row).join('')}`,
  );
  return `<h2>Timeline</h2><table><thead><tr><th scope="col">Happened</th><th scope="col">Recorded</th><th scope="col">What</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function row({ at, recordedAt, text, source }: TimelineEntry): string {
  const recorded = recordedAt
    ? `<time datetime="${escaped(recordedAt)}">${escaped(clockBeside(recordedAt, at))}</time>`
    : '–';
  return `<tr><td><time datetime="${escaped(at)}">${escaped(at.slice(11, 16))}</time></td><td class="quiet">${recorded}</td><td>${escaped(text)}<span class="source">${escaped(source)}</span></td></tr>`;
}

function items(agreed: ActionItem[], because: string): string {
  if (agreed.length === 0)
    return because.trim() ? prose(`No action, because ${because}`) : `<p class="quiet">${NOT_WRITTEN}</p>`;
  return `<ul>${agreed
    .map(
      (item) =>
        `<li><strong>${escaped(item.text)}</strong><p class="quiet">${escaped(agreedWords(item))} · ${escaped(item.strength)}</p><p>Done when: ${escaped(item.doneCondition)}</p>${item.evidence ? `<p>Evidence: ${escaped(item.evidence)}</p>` : ''}</li>`,
    )
    .join('')}</ul>`;
}

function when(at: string): string {
  return `<time datetime="${escaped(at)}">${escaped(minuteOf(at))}</time>`;
}
