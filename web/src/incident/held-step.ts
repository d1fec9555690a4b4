/** The card keeps its step while somebody writes in it: a clock may ask for something else, but it takes no text away. */
import { type SyntheticEvent, useEffect, useState } from 'react';
import type { IncidentView, NextStep } from '#incident/view.ts';

type Held = { step: NextStep; state: string; pressedAtSeq: number | undefined };

/** What the card shows, what waits meanwhile, and the events by which the card tells that somebody writes. */
export function useHeldStep({ nextStep, state, seq }: IncidentView) {
  const [held, setHeld] = useState<Held>();
  const sent = held?.pressedAtSeq !== undefined && seq > held.pressedAtSeq;
  const holds = held !== undefined && !sent && held.state === state && held.step.kind !== nextStep.kind;
  // What was sent is with the server: from then on the order of the process decides again.
  const over = held !== undefined && (sent || held.state !== state);
  useEffect(() => {
    if (over) setHeld(undefined);
  }, [over]);
  const step = holds ? held.step : nextStep;
  const press = () => setHeld((before) => before && { ...before, pressedAtSeq: seq });
  return {
    step,
    waiting: holds ? nextStep : undefined,
    letGo: () => setHeld(undefined),
    events: {
      onInput(event: SyntheticEvent) {
        if (writes(event.target)) setHeld({ step, state, pressedAtSeq: undefined });
      },
      onSubmit: press,
      onClick(event: SyntheticEvent) {
        // Every button that sends something says whether it is busy.
        if (event.target instanceof Element && event.target.closest('button[aria-busy]')) press();
      },
    },
  };
}

function writes(target: EventTarget): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && !['radio', 'checkbox'].includes(target.type))
  );
}
