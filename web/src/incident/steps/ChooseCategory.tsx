/** What kind of failure is it? Each kind is chosen by its first lever. */
import { useQuery } from '@tanstack/react-query';
import { Shown } from '../../pieces/States.tsx';
import { restorationQuery } from '../changes.ts';
import { useCommand } from '../command.ts';
import type { Step } from './acting.ts';

export function ChooseCategory({ incident }: Pick<Step, 'incident'>) {
  const cards = useQuery(restorationQuery(incident.id));
  const choose = useCommand<{ category: string }>(incident.id, 'category');
  return (
    <Shown of={cards}>
      {({ cards }) => (
        <div className="levers">
          {cards.map((card) => (
            <button
              type="button"
              className="lever"
              key={card.category}
              disabled={choose.isPending}
              onClick={() => choose.mutate({ category: card.category })}
            >
              <span className="strong">{card.name}</span>{' '}
              <span className="quiet small">{card.firstLever}</span>
            </button>
          ))}
        </div>
      )}
    </Shown>
  );
}
