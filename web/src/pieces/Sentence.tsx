/** One sentence and one button: evidence, a reason, a note. What was written stays until the server has it. */
import { Group, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ActButton } from './ActButton.tsx';

const CHARACTERS_MAX = 2000;

type Props = {
  label: string;
  placeholder?: string;
  button: string;
  busy: boolean;
  send: (sentence: string) => void;
  quiet?: boolean;
  long?: boolean;
  focus?: boolean;
  initial?: string;
  optional?: boolean;
};

export function Sentence({
  label,
  placeholder,
  button,
  busy,
  send,
  quiet,
  long,
  focus,
  initial = '',
  optional,
}: Props) {
  const [text, setText] = useState(initial);
  const Field = long ? Textarea : TextInput;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (optional || text.trim()) send(text.trim());
  };
  return (
    <form onSubmit={submit} className="sentence">
      <Field
        label={label}
        placeholder={placeholder}
        value={text}
        onChange={(event: { currentTarget: { value: string } }) => setText(event.currentTarget.value)}
        maxLength={CHARACTERS_MAX}
        size="md"
        data-autofocus={focus || undefined}
        autoFocus={focus}
        {...(long ? { autosize: true, minRows: 2, maxRows: 8 } : {})}
      />
      <Group mt="sm">
        <ActButton
          type="submit"
          busy={busy}
          disabled={!optional && !text.trim()}
          variant={quiet ? 'default' : 'filled'}
        >
          {button}
        </ActButton>
      </Group>
    </form>
  );
}
