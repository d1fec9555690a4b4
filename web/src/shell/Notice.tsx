/** One sentence that the server put into the page, as the demo does; usually there is none. */
const text = document.querySelector<HTMLMetaElement>('meta[name="humdrum-notice"]')?.content;

export function Notice() {
  return text ? <p className="shell-notice">{text}</p> : null;
}
