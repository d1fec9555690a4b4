/** Typing narrows a list; the server is asked when the fingers rest. */
import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';

const REST_MS = 250;
const CHARACTERS_MAX = 120;

type Props = { label: string; value: string; search: (words: string) => void; placeholder?: string };

export function SearchField({ label, value, search, placeholder }: Props) {
  const [typed, setTyped] = useState(value);
  // Cleared from outside, by "show everything".
  useEffect(() => {
    if (value === '') setTyped('');
  }, [value]);
  const later = useDebouncedCallback(search, REST_MS);
  return (
    <TextInput
      className="filter-search"
      type="search"
      size="md"
      label={label}
      placeholder={placeholder}
      value={typed}
      maxLength={CHARACTERS_MAX}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
    />
  );
}
