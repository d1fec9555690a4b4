/** A password to be chosen; how long it must be is said before, not after. */
import { PasswordInput } from '@mantine/core';

export const PASSWORD_CHARACTERS_MIN = 12;

type Props = {
  label?: string;
  value: string;
  change: (password: string) => void;
  error?: string | undefined;
};

export function NewPassword({ label = 'Password', value, change, error }: Props) {
  return (
    <PasswordInput
      label={label}
      description={`At least ${PASSWORD_CHARACTERS_MIN} characters. A few words in a row are easier than signs.`}
      autoComplete="new-password"
      size="md"
      value={value}
      minLength={PASSWORD_CHARACTERS_MIN}
      onChange={(event) => change(event.currentTarget.value)}
      error={error}
      required
      withAsterisk={false}
    />
  );
}
