/** A text area that several people may write in: the caret stays where it is when others' words arrive; undo takes back only one's own. */
import { Textarea, type TextareaProps } from '@mantine/core';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import * as Y from 'yjs';
import { placeAfter } from './caret.ts';
import { OWN_EDITS } from './together.ts';
import type { Writing } from './writing.ts';

const UNDO_STEP_MS = 500;

type Props = Omit<TextareaProps, 'value' | 'onChange' | 'ref'> & { text: Y.Text; writing: Writing };

/** Stands within the `.question` of its field, which is where others are told that somebody writes. */
export function WrittenText({ text, writing: { together, stand }, ...props }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<[number, number]>(undefined);
  const undo = useRef<Y.UndoManager>(undefined);
  const value = text.toString();

  useEffect(() => {
    const moved = (event: Y.YTextEvent) => {
      const node = area.current;
      if (OWN_EDITS.has(event.transaction.origin) || !node || document.activeElement !== node) return;
      const [from, to] = caret.current ?? [node.selectionStart, node.selectionEnd];
      caret.current = [placeAfter(from, event.delta), placeAfter(to, event.delta)];
    };
    text.observe(moved);
    undo.current = new Y.UndoManager(text, {
      trackedOrigins: new Set(OWN_EDITS),
      captureTimeout: UNDO_STEP_MS,
    });
    return () => {
      text.unobserve(moved);
      undo.current?.destroy();
    };
  }, [text]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new text is what moves the caret
  useLayoutEffect(() => {
    if (caret.current) area.current?.setSelectionRange(...caret.current);
    caret.current = undefined;
  }, [value]);

  const keys = (event: KeyboardEvent) => {
    const step = undoStep(event);
    if (!step) return;
    event.preventDefault();
    undo.current?.[step]();
  };
  return (
    <Textarea
      size="md"
      autosize
      {...props}
      ref={area}
      value={value}
      onKeyDown={keys}
      onFocus={({ currentTarget }) => stand(currentTarget.closest('.question')?.id)}
      onBlur={() => stand(undefined)}
      onCompositionStart={() => together.hold(true)}
      onCompositionEnd={() => together.hold(false)}
      onChange={({ currentTarget: { value: typed, selectionEnd } }) =>
        together.type(text, { shown: value, typed, caret: selectionEnd })
      }
    />
  );
}

function undoStep({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): 'undo' | 'redo' | undefined {
  if (altKey || ctrlKey === metaKey) return undefined;
  const letter = key.toLowerCase();
  if (letter === 'z') return shiftKey ? 'redo' : 'undo';
  return letter === 'y' && ctrlKey ? 'redo' : undefined;
}

/** Puts a whole text in place of this one, as one edit of what differs. */
export function insertInto(text: Y.Text, typed: string, { together }: Pick<Writing, 'together'>): void {
  together.type(text, { shown: text.toString(), typed, caret: 0 });
}
