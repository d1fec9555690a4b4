/** What others should perhaps not read needs a second, different tap: a tick at exactly that question. */
import { Checkbox } from '@mantine/core';
import { Problem } from '../api/http.ts';

type Asked = { what: string; question: string };

/** @returns what the server wants to be confirmed before it does it */
export function confirmables(error: unknown): Asked[] {
  if (!(error instanceof Problem)) return [];
  return error.fields.flatMap(({ path, message }) => {
    const what = /^confirmed\.(\w+)$/.exec(path)?.[1];
    return what ? [{ what, question: message }] : [];
  });
}

type Props = { asked: Asked[]; confirmed: string[]; confirm: (whats: string[]) => void };

export function SecondTap({ asked, confirmed, confirm }: Props) {
  return asked.map(({ what, question }) => (
    <Checkbox
      key={`${what}${question}`}
      size="md"
      label={`${question} Yes, it has to.`}
      checked={confirmed.includes(what)}
      onChange={(event) =>
        confirm(
          event.currentTarget.checked ? [...confirmed, what] : confirmed.filter((each) => each !== what),
        )
      }
    />
  ));
}
