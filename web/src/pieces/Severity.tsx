/** P1, P2 or P3: a word in a shape, so that it is never colour alone. */
import type { SeverityText } from '#incident/view.ts';

export function Severity({
  is,
  over = false,
  classified = true,
}: {
  is: SeverityText;
  over?: boolean;
  classified?: boolean;
}) {
  return (
    <span
      className="severity"
      data-severity={is}
      data-over={over}
      title={classified ? undefined : 'Not classified yet; the clocks run on this'}
    >
      {is}
      {classified ? '' : '?'}
    </span>
  );
}
