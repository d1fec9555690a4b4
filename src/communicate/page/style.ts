/** How the public page looks: one style sheet, light and dark, phone and paper, allowed by its hash alone. */
import { createHash } from 'node:crypto';

export const STYLE = `
:root{color-scheme:light dark;--paper:#f6f5f1;--card:#fff;--ink:#1d1f24;--quiet:#5c5f66;--line:#dcd9d0;--accent:#1f4b99;
--bad:#b3261e;--bad-paper:#fdf3f2;--bad-line:#edc6c2;--warn:#8a5a00;--warn-bar:#d9a04a;--warn-paper:#fdf7ea;--warn-line:#ecd9b0;
--good:#1d6b40;--good-bar:#c4dfcf;--good-paper:#eff7f2;--good-line:#c4dfcf;--before:#e8e6df;--brand:transparent;--field:#8b8980}
@media (prefers-color-scheme:dark){:root{--paper:#15171b;--card:#1b1e23;--ink:#eceae4;--quiet:#a3a6ad;--line:#33363d;--accent:#8fb3f0;
--bad:#ff9d94;--bad-paper:#2c1a1a;--bad-line:#5c2f2c;--warn:#ecc27a;--warn-bar:#c98f35;--warn-paper:#2a2316;--warn-line:#574721;
--good:#8fd3ad;--good-bar:#2f5c43;--good-paper:#17241d;--good-line:#2f5c43;--before:#262930;--brand:transparent;--field:#7b7e86}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;border-top:4px solid var(--brand);background:var(--paper);color:var(--ink);font:16px/1.5 Inter,"Inter Variable",ui-sans-serif,system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:712px;margin:0 auto;padding:56px 16px 64px}
header{display:flex;justify-content:space-between;align-items:baseline;gap:16px;flex-wrap:wrap;margin:0 0 24px}
h1{display:flex;align-items:center;gap:12px;font-size:21px;line-height:1.3;margin:0;letter-spacing:-.01em}
h2{font-size:26px;line-height:1.25;margin:4px 0 12px;letter-spacing:-.015em;overflow-wrap:anywhere}
h3{font-size:15px;margin:32px 0 4px}
p{margin:0 0 12px;overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:3px}
header a{font-weight:600;text-decoration:none;padding:10px 0}
a:focus-visible{outline:3px solid var(--accent);outline-offset:3px;border-radius:2px}
time,.figure{font-family:"IBM Plex Mono",ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.94em}
.verdict{font-size:22px;line-height:1.35;font-weight:600;margin:0 0 24px;display:flex;gap:12px;align-items:flex-start;letter-spacing:-.01em}
.verdict svg{flex:none;width:24px;height:24px;margin-top:3px}
.all-well{margin:0 0 24px;border:1px solid var(--good-line);background:var(--good-paper);border-radius:12px;padding:20px 24px}
.all-well .verdict{margin:0}
.card{border:1px solid var(--line);background:var(--card);border-radius:12px;padding:20px 24px;margin:0 0 24px}
.card.not{border-color:var(--bad-line);background:var(--bad-paper)}
.card.partly{border-color:var(--warn-line);background:var(--warn-paper)}
.card.works{border-color:var(--good-line);background:var(--good-paper)}
.top{display:flex;justify-content:space-between;gap:4px 16px;flex-wrap:wrap;font-weight:600;margin:0}
.not .top,.words.not{color:var(--bad)}.partly .top,.words.partly{color:var(--warn)}.works .top,.words.works{color:var(--good)}
.late{border-left:4px solid var(--bad);padding:4px 0 4px 12px;color:var(--bad);font-weight:600}
.quiet,.note{color:var(--quiet);font-size:14.5px}
.beats{display:block;width:100%;height:28px;margin:16px 0 4px}
.beats .rule{stroke:var(--line);stroke-width:2}.beats .dot{fill:var(--ink)}.beats .ring{fill:none;stroke:var(--ink);stroke-width:2}
.beats .broken{fill:none;stroke:var(--bad);stroke-width:2.5;stroke-dasharray:4 3}.beats .begin{fill:var(--ink)}.beats .now{stroke:var(--quiet);stroke-width:1}
.beats .machine{fill:var(--card);stroke:var(--bad);stroke-width:2}
.log{list-style:none;margin:12px 0 0;padding:12px 0 0;border-top:1px solid var(--line);font-size:15px}
.log li{display:grid;grid-template-columns:auto 1fr;gap:2px 12px;margin:0 0 6px;color:var(--quiet);overflow-wrap:anywhere}
.service{border-bottom:1px solid var(--line);padding:16px 0}
.service .name{display:flex;justify-content:space-between;gap:2px 16px;flex-wrap:wrap;margin:0 0 8px}
.service .name strong{font-weight:600}
.minutes{margin:6px 0 0;color:var(--quiet);font-size:14px}
.logo{height:32px;width:auto;max-width:180px;object-fit:contain;flex:none}
header:has(.logo){align-items:center}@media screen and (prefers-color-scheme:dark){.logo{box-sizing:content-box;padding:4px 6px;border-radius:8px;background:#f6f5f1}}
.card.plan h2{font-size:20px}.card.plan .top span:last-child{color:var(--quiet)}.card.plan .top .overdue,.card.plan .top .overdue:last-child{color:var(--warn)}.words.plan{color:var(--quiet)}
h2.first{margin-top:8px}
form{margin:24px 0;max-width:480px}form h2{font-size:19px}
label{display:block;font-weight:600;margin:0 0 16px}
input[type=email],input[type=url],input[type=tel],input[type=text]{display:block;width:100%;min-height:44px;margin:6px 0 0;padding:8px 12px;font:inherit;font-weight:400;color:var(--ink);background:var(--card);border:1px solid var(--field);border-radius:8px}
input[type=checkbox]{width:20px;height:20px;margin:0;flex:none;accent-color:var(--accent)}
fieldset{border:0;padding:0;margin:0 0 16px}legend{font-weight:600;padding:0;margin:0 0 4px}
.tick{display:flex;align-items:center;gap:12px;min-height:44px;margin:0;font-weight:400}
button{min-height:44px;padding:8px 20px;font:inherit;font-weight:600;color:var(--paper);background:var(--accent);border:0;border-radius:8px;cursor:pointer}
button.quiet-button{color:var(--accent);background:none;border:1px solid var(--field)}
input:focus-visible,button:focus-visible,summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
summary{min-height:44px;padding:10px 0;font-weight:600;color:var(--accent);cursor:pointer}
.links{list-style:none;margin:0;padding:0}.links a{display:inline-block;padding:10px 0}
code{font-family:"IBM Plex Mono",ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em;overflow-wrap:anywhere}
.bars{display:block;width:100%;height:24px}
.bars .works{fill:var(--good-bar)}.bars .partly{fill:var(--warn-bar)}.bars .not{fill:var(--bad)}.bars .before{fill:var(--before)}
.legend{display:flex;justify-content:space-between;gap:4px 16px;flex-wrap:wrap;color:var(--quiet);font-size:14px;margin:8px 0 0}
@media(max-width:480px){.legend>:nth-child(2){order:1;flex-basis:100%}}.legend span span{margin:0 8px 0 0;white-space:nowrap}
.legend svg{width:8px;height:16px;vertical-align:-3px;margin-right:4px}
.legend .works{fill:var(--good-bar)}.legend .partly{fill:var(--warn-bar)}.legend .not{fill:var(--bad)}
a[href^="tel:"]{white-space:nowrap}
.past{border-top:1px solid var(--line);padding:12px 0}
.past p{margin:0 0 4px}
.past a,.more a{font-weight:600}
section>h2{font-size:19px;margin:48px 0 8px}
.update{border-top:1px solid var(--line);padding:16px 0 4px}
.update h3{margin:0 0 8px;font-size:16px}
footer{margin:40px 0 0;color:var(--quiet);font-size:14.5px}
@media (max-width:480px){main{padding:24px 16px 48px}.card,.all-well{padding:16px}h2{font-size:22px}.verdict{font-size:20px}}
@media print{:root{color-scheme:light;--paper:#fff;--card:#fff;--ink:#000;--quiet:#333;--line:#999;--bad:#8a0000;--warn:#5c3c00;--good:#003d1c;--bad-paper:#fff;--warn-paper:#fff;--good-paper:#fff}
main{max-width:none;padding:0}header a{display:none}.card,.service,.past,.update{break-inside:avoid}svg *{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`.trim();

export const STYLE_SOURCE = sourceOf(STYLE);

/** @returns what a Content-Security-Policy calls exactly this style sheet */
export function sourceOf(style: string): string {
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}
