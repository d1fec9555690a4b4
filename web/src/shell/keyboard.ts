/** Keys: `g` then a letter for rooms, single letters for what a screen offers; silent while somebody types. */
import { useEffect, useRef } from 'react';

const SECOND_KEY_MS = 1_500;

type Handler = () => void;
const handlers = new Map<string, Handler[]>();

/** While mounted, `key` ("u", "g i", "?", "mod+k") calls `act`; the newest one wins. */
export function useKey(key: string, act: Handler | undefined): void {
  const latest = useRef(act);
  latest.current = act;
  const offered = act !== undefined;
  useEffect(() => {
    if (!offered) return;
    const handler = () => latest.current?.();
    handlers.set(key, [...(handlers.get(key) ?? []), handler]);
    return () => {
      handlers.set(
        key,
        (handlers.get(key) ?? []).filter((each) => each !== handler),
      );
    };
  }, [key, offered]);
}

/** Hears the whole window; the shell calls it once. */
export function useKeyboard(): void {
  useEffect(() => {
    let first: { key: string; at: number } | undefined;
    const pressed = (event: KeyboardEvent) => {
      const name = nameOf(event);
      if (!name || (!name.startsWith('mod+') && (typing(event.target) || dialogOpen()))) return;
      const pair = first && event.timeStamp - first.at < SECOND_KEY_MS ? `${first.key} ${name}` : name;
      first = name === 'g' ? { key: 'g', at: event.timeStamp } : undefined;
      const handler = handlers.get(pair)?.at(-1);
      if (!handler) return;
      event.preventDefault();
      handler();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}

function nameOf(event: KeyboardEvent): string | undefined {
  if (event.altKey || event.repeat) return undefined;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return key === 'k' ? 'mod+k' : undefined;
  return key;
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function dialogOpen(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
}
