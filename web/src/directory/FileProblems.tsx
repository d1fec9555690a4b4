/** Every place of a file that cannot be accepted, each with its line. */
import { Problem } from '../api/http.ts';

export function FileProblems({ error }: { error: unknown }) {
  const fields = error instanceof Problem ? error.fields : [];
  if (fields.length === 0) return null;
  return (
    <ul className="rows" aria-label="Places to mend">
      {fields.map((each) => (
        <li className="record" key={`${each.path}${each.message}`}>
          <span className="mono small">{each.path.replace(/^body\.?/, '')}</span>
          <span className="small">{each.message}</span>
        </li>
      ))}
    </ul>
  );
}
