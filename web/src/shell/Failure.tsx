/** What is shown when something cannot be: what happened, what was kept, what to do. */
import { Button, Group } from '@mantine/core';
import { Link, useRouter } from '@tanstack/react-router';
import { inWords, Problem } from '../api/http.ts';
import { Screen } from '../pieces/Screen.tsx';

export function NotFound() {
  return (
    <Screen title="Nothing is at this address">
      <p className="quiet">It may have been archived, or it is restricted to named people.</p>
      <p>
        <Link to="/">Back to Now</Link>
      </p>
    </Screen>
  );
}

export function WentWrong({ error, reset }: { error: unknown; reset?: () => void }) {
  const router = useRouter();
  const again = () => {
    reset?.();
    void router.invalidate();
  };
  if (error instanceof Problem && error.status === 404) return <NotFound />;
  return (
    <Screen title="This could not be shown">
      <p>{inWords(error)}</p>
      {error instanceof Problem && error.request ? (
        <p className="quiet small">The log knows it as {error.request}.</p>
      ) : null}
      <Group mt="md">
        <Button onClick={again}>Try again</Button>
        <Button variant="subtle" onClick={() => location.reload()}>
          Reload the page
        </Button>
      </Group>
    </Screen>
  );
}
