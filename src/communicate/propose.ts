/** Wording from a language model that the operator runs: only from what is shown to it, marked, never sent by itself. Off by default. */
import { z } from 'zod';
import type { House } from '#incident/room.ts';
import type { Incident, UpdateKind } from '#incident/types.ts';
import type { ModelConfig } from '#platform/config.ts';
import { Failed, Refused } from '#platform/errors.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import { FIELD_CHARACTERS_MAX } from './check.ts';
import { type Prepared, prepare } from './prepare.ts';

const WAIT_MILLISECONDS_MAX = 30_000;
const TOKENS_MAX = 500;

const INSTRUCTION = `You edit one message to people who use a service that is disturbed. Answer with one JSON object
{"impact": string, "action": string} and nothing else. Use only what stands in the given text: no cause, number, time,
name, promise or apology that is not in it. "impact" says who cannot do what; "action" says what is being done now.
Plain words, short sentences, at most 60 words in all. Do not name the time of the next update; it is added.`;

const answer = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().max(20_000) }) })).min(1),
});
const proposed = z.object({
  impact: z.string().trim().min(1).max(FIELD_CHARACTERS_MAX),
  action: z.string().trim().min(1).max(FIELD_CHARACTERS_MAX),
});

export type Proposal = {
  impact: string;
  action: string;
  /** Which model wrote it. */
  by: string;
  /** Everything that was shown to it. */
  shown: { impact: string; action: string };
};

/**
 * @throws Refused when no model is configured, the incident is restricted, or the answer says what was not shown
 * @throws Failed when the model cannot be reached or answers something else
 */
export async function propose(
  { house, outbound, model }: { house: House; outbound: Outbound; model: ModelConfig | undefined },
  incident: Incident,
  kind: UpdateKind,
  now: Temporal.Instant,
): Promise<Proposal> {
  if (!model)
    throw new Refused('conflict', 'No language model is configured; nothing was asked.', {
      mend: 'Start Humdrum with HUMDRUM_MODEL_URL and HUMDRUM_MODEL.',
    });
  if (incident.restricted)
    throw new Refused('forbidden', 'What is restricted is shown to no language model.', {
      mend: 'Write it yourself.',
    });
  const shown = shownOf(await prepare(house, incident, { kind }, now));
  const words = await ask(outbound, model, shown);
  const invented = notShown(words, shown);
  if (invented.length)
    throw new Refused('conflict', 'The model said what is not on the record; its words were thrown away.', {
      mend: `It named ${invented.map((each) => `“${each}”`).join(', ')}. Use the prepared draft.`,
    });
  return { ...words, by: model.name, shown };
}

// The words for clients alone: what a model never sees it cannot pass on.
function shownOf({ impact, action }: Prepared): Proposal['shown'] {
  return { impact, action };
}

async function ask(
  outbound: Outbound,
  model: ModelConfig,
  shown: Proposal['shown'],
): Promise<z.output<typeof proposed>> {
  const { status, body } = await outbound.request({
    method: 'POST',
    url: `${model.url}/chat/completions`,
    headers: {
      'content-type': 'application/json',
      ...(model.key ? { authorization: `Bearer ${model.key}` } : {}),
    },
    body: JSON.stringify({
      model: model.name,
      temperature: 0,
      max_tokens: TOKENS_MAX,
      messages: [
        { role: 'system', content: INSTRUCTION },
        { role: 'user', content: JSON.stringify(shown) },
      ],
    }),
    trusted: true,
    follow: false,
    withinMilliseconds: WAIT_MILLISECONDS_MAX,
  });
  if (status !== 200) throw new Failed(`The language model answered ${status}.`);
  const parsed = answer.safeParse(jsonIn(body));
  const content = parsed.data?.choices[0]?.message.content ?? '';
  const words = proposed.safeParse(jsonIn(/\{[\s\S]*\}/.exec(content)?.[0] ?? ''));
  if (!words.success) throw new Failed('The language model did not answer with an impact and an action.');
  return words.data;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Numbers, times and addresses that stand nowhere in what was shown: the surest signs of invention. */
export function notShown(
  words: { impact: string; action: string },
  shown: { impact: string; action: string },
): string[] {
  const known = new Set(telling(`${shown.impact} ${shown.action}`));
  return [...new Set(telling(`${words.impact} ${words.action}`).filter((each) => !known.has(each)))];
}

function telling(text: string): string[] {
  return text.toLowerCase().match(/https?:\/\/\S+|\d+(?:[:.,]\d+)*%?/g) ?? [];
}
