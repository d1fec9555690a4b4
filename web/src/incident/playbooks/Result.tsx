/** What somebody found: a link can be opened, a number stands in figures, everything else is words. */
export function Result({ text }: { text: string }) {
  if (/^https?:\/\/\S+$/i.test(text))
    return (
      <a href={text} target="_blank" rel="noreferrer noopener">
        {text}
      </a>
    );
  if (/^-?[\d.,\s]+\s*\S{0,8}$/.test(text)) return <span className="mono">{text}</span>;
  return <span>{text}</span>;
}
