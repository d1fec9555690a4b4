/** The form for questions and reports: finished HTML without scripts, every text escaped. Pure. */
import { createHash } from 'node:crypto';
import { escaped } from '#platform/escaped.ts';
import { QUESTION_CHARACTERS_MAX } from './limits.ts';

const STYLE = `
:root{color-scheme:light dark;--paper:#f6f5f1;--ink:#1d1f24;--quiet:#5b5f69;--line:#c9c5ba;--field:#fff;--accent:#1f4b99;--on:#fff;--red:#b3261e}
@media (prefers-color-scheme:dark){:root{--paper:#17181b;--ink:#eceae4;--quiet:#a3a6ad;--line:#4a4d55;--field:#202226;--accent:#8fb4ff;--on:#101114;--red:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.5 Inter,system-ui,sans-serif}
main{max-width:36rem;margin:0 auto;padding:24px 16px 64px}
h1{font-size:1.6rem;line-height:1.25;margin:8px 0 8px}
p{margin:0 0 16px;overflow-wrap:anywhere}
fieldset{border:0;padding:0;margin:0 0 20px}
legend,label.above{display:block;font-weight:600;margin:0 0 6px;padding:0}
.quiet{color:var(--quiet)}
small{display:block;color:var(--quiet);font-size:.9rem;margin:4px 0 0}
input[type=text],input[type=email],select,textarea{width:100%;min-height:48px;padding:10px 12px;border:1px solid var(--line);border-radius:10px;background:var(--field);color:var(--ink);font:inherit}
textarea{min-height:9rem;resize:vertical}
.field{margin:0 0 20px}
.choice{margin:0 0 16px;display:flex;gap:10px;align-items:flex-start;padding:10px 0;min-height:44px}
.choice input{width:20px;height:20px;margin:3px 0 0;flex:none;accent-color:var(--accent)}
button{min-height:52px;padding:10px 22px;border:0;border-radius:12px;background:var(--accent);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.wrong{border-left:4px solid var(--red);padding:8px 12px;margin:0 0 20px}
.trap{position:absolute;left:-9999px}
a{color:var(--accent)}
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

export const FORM_HEADERS: Record<string, string> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
};

export type Choice = { value: string; label: string };

export type FormModel = {
  heading: string;
  /** Where the form posts to, a path of ours. */
  action: string;
  /** Whose own form it is; undefined on the public one, where name and address are asked. */
  contact: { name: string; client: string; address: string | undefined } | undefined;
  /** What is going on that this reader may know of, by its reference. */
  incidents: Choice[];
  services: Choice[];
  phone: string | null;
  filled: Record<string, string>;
  problem: string | undefined;
};

export function formPage(form: FormModel): string {
  const { filled, contact } = form;
  const chosen = filled['about'] ?? '';
  const about = form.incidents.length
    ? field(
        'about',
        'What is it about?',
        `<select id="about" name="about" required>${[
          { value: '', label: 'Choose…' },
          ...form.incidents.map(({ value, label }) => ({ value, label: `A question about: ${label}` })),
          { value: 'report', label: 'Something else does not work' },
        ]
          .map((each) => option(each, chosen))
          .join('')}</select>`,
      )
    : '<input type="hidden" name="about" value="report">';
  const services = form.services.length
    ? field(
        'service',
        'Which service?',
        `<select id="service" name="service"><option value="">I do not know</option>${form.services.map((each) => option(each, filled['service'] ?? '')).join('')}</select>`,
        'Only for something new that does not work.',
      )
    : '';
  const who = contact
    ? `<p class="quiet">You write as ${escaped(contact.name)}, ${escaped(contact.client)}. ${contact.address ? `We answer to ${escaped(contact.address)}.` : 'We have no mail address of yours and will call you.'}</p>`
    : [
        field(
          'name',
          'Your name',
          input('text', 'name', filled, 'required maxlength="200" autocomplete="name"'),
        ),
        field(
          'email',
          'Where we answer',
          input(
            'email',
            'email',
            filled,
            'required maxlength="320" autocomplete="email" placeholder="you@example.com"',
          ),
          'Your email address. It is used for this answer only.',
        ),
      ].join('');
  return shell(
    `Ask or report · ${form.heading}`,
    `<p class="quiet">${escaped(form.heading)}</p><h1>Ask us, or tell us what does not work</h1>
${form.problem ? `<p class="wrong" role="alert">${escaped(form.problem)}</p>` : ''}
<p>A person reads this and answers you. It does not interrupt those who are repairing.${form.phone ? ` Urgent? Call <a href="tel:${escaped(form.phone.replace(/[^+\d]/g, ''))}">${escaped(form.phone)}</a>.` : ''}</p>
<form method="post" action="${escaped(form.action)}">
${about}
${field('text', 'What do you want to ask, or what do you see?', `<textarea id="text" name="text" required maxlength="${QUESTION_CHARACTERS_MAX}">${escaped(filled['text'] ?? '')}</textarea>`)}
${services}
<label class="choice"><input type="checkbox" name="impossible" value="yes"${filled['impossible'] === 'yes' ? ' checked' : ''}><span>We cannot do our work at all because of it<small>Leave it open if there is a way around.</small></span></label>
${who}
<div class="trap" aria-hidden="true"><label>Leave this empty <input name="website" tabindex="-1" autocomplete="off"></label></div>
<p><button>Send it</button></p>
</form>
<p><a href="/status/">What works and what does not</a></p>`,
  );
}

/** The same for everybody, whatever became of it: it tells nothing about what we know. */
export function thanksPage(heading: string, words: string): string {
  return shell(
    `Sent · ${heading}`,
    `<p class="quiet">${escaped(heading)}</p><h1>We have it</h1><p>${escaped(words)}</p><p><a href="/status/">What works and what does not</a></p>`,
  );
}

export function closedPage(heading: string, words: string): string {
  return shell(
    `Not here · ${heading}`,
    `<p class="quiet">${escaped(heading)}</p><h1>There is no form here</h1><p>${escaped(words)}</p><p><a href="/status/">What works and what does not</a></p>`,
  );
}

function field(id: string, label: string, control: string, hint = ''): string {
  return `<div class="field"><label class="above" for="${id}">${escaped(label)}</label>${control}${hint ? `<small>${escaped(hint)}</small>` : ''}</div>`;
}

function input(type: string, name: string, filled: Record<string, string>, more: string): string {
  return `<input type="${type}" id="${name}" name="${name}" value="${escaped(filled[name] ?? '')}" ${more}>`;
}

function option({ value, label }: Choice, chosen: string): string {
  return `<option value="${escaped(value)}"${value === chosen ? ' selected' : ''}>${escaped(label)}</option>`;
}

function shell(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
}
