/** A text as others will read it, with what was taken out marked. */
import { partsOf } from '#src/learn/near-misses/redact.ts';

export function Redacted({ text }: { text: string }) {
  let at = 0;
  return (
    <span className="redacted">
      {partsOf(text).map((part) => {
        const key = at;
        at += part.text.length;
        return part.taken ? <mark key={key}>{part.text}</mark> : part.text;
      })}
    </span>
  );
}
