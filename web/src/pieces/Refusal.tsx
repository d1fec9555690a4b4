/** Why a form was not accepted, above its button; the fields say their own part. */
import { inWords, Problem } from '../api/http.ts';

export function Refusal({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <div className="notice bad" role="alert">
      {error instanceof Problem ? [error.message, error.detail].filter(Boolean).join(' ') : inWords(error)}
    </div>
  );
}
