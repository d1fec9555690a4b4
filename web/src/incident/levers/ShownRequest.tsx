/** What a dry run shows: what the target said, or the request to the letter with its secrets masked. */
import type { Trial } from './levers.ts';

export function ShownRequest({ trial }: { trial: Trial }) {
  const { request, sent, words } = trial;
  return (
    <div className="lever-trial" role="status">
      <p>
        <span className="strong">{sent ? 'Asked, nothing was changed. ' : 'Nothing was changed. '}</span>
        {words}.
      </p>
      <details open={!sent}>
        <summary>The exact request</summary>
        <pre className="mono small">
          {`${request.method} ${request.url}\n${request.headers.map(({ name, value }) => `${name}: ${value}`).join('\n')}\n\n${pretty(request.body)}`}
        </pre>
      </details>
    </div>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
