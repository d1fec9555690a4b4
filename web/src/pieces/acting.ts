/** One request that changes something: what is shown asks again, what happened is said, what failed is kept in sight. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Problem } from '../api/http.ts';
import { say, sayFailed } from '../shell/toast.ts';

type Acting<In, Out> = {
  does: (given: In) => Promise<Out>;
  /** The beginnings of the query keys that are doubtful afterwards. */
  doubt: unknown[][];
  said?: string | undefined;
  done?: ((answer: Out, given: In) => void) | undefined;
  /** Forms show a refusal beside their fields instead of at the edge of the screen. */
  inForm?: boolean;
};

export function useAct<In = void, Out = unknown>({ does, doubt, said, done, inForm }: Acting<In, Out>) {
  const queries = useQueryClient();
  return useMutation<Out, unknown, In>({
    mutationFn: does,
    ...(inForm ? {} : { onError: sayFailed }),
    onSuccess: async (answer, given) => {
      await Promise.all(doubt.map((queryKey) => queries.invalidateQueries({ queryKey })));
      if (said) say(said);
      done?.(answer, given);
    },
  });
}

/** What the server refused, by field: `fields('name')` is the sentence under the field called name. */
export function refusals(error: unknown): (path: string) => string | undefined {
  const fields = error instanceof Problem ? error.fields : [];
  return (path) => {
    const found = fields.find((each) => {
      const at = each.path.replace(/^body\.?/, '');
      return at === path || at.startsWith(`${path}.`);
    });
    return found && sentenceOf(path, found.message);
  };
}

/** What the server refused of a list: of the whole, and of each entry by its place. */
export function refusalsIn(
  error: unknown,
  list: string,
): { error: string | undefined; problem: (index: number) => string | undefined } {
  const fields = error instanceof Problem ? error.fields : [];
  const found = (fits: (path: string) => boolean) => {
    const message = fields.find((each) => fits(each.path.replace(/^body\.?/, '')))?.message;
    return message && `${capital(message)}.`;
  };
  return {
    error: found((path) => path === list),
    problem: (index) => found((path) => path.startsWith(`${list}.${index}.`) || path === `${list}.${index}`),
  };
}

/** What is a sentence already stays as it is; anything else is said of its field. */
function sentenceOf(path: string, message: string): string {
  if (/^\p{Lu}.*[.?]$/su.test(message)) return message;
  return `${capital(labelOf(path))} ${message}.`;
}

function labelOf(path: string): string {
  return path
    .replace(/Ids?$/, '')
    .replaceAll(/([A-Z])/g, ' $1')
    .replaceAll('.', ' ')
    .toLowerCase()
    .trim();
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
