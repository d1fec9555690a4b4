/** A text to be taken along: shown as it is, with one button that copies it. */
import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import './records.css';

type Props = { label: string; text: string; wrapped?: boolean; secret?: boolean };

export function Copied({ label, text, wrapped = false }: Props) {
  const clipboard = useClipboard({ timeout: 3_000 });
  return (
    <section className="code" aria-label={label}>
      <div className="code-head">
        <span>{label}</span>
        <Button size="compact-md" variant="subtle" onClick={() => clipboard.copy(text)} aria-live="polite">
          {clipboard.copied ? 'Copied' : clipboard.error ? 'Select and copy by hand' : 'Copy'}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className={wrapped ? 'wrapped' : undefined} tabIndex={0}>
        {text}
      </pre>
    </section>
  );
}
