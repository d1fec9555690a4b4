/** One change: what, how near, how long before; a suspect, ruled out with its reason, or neither yet. */
import { Group } from '@mantine/core';
import type { IncidentView } from '#incident/view.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Because } from '../../pieces/Because.tsx';
import { Time } from '../../pieces/Time.tsx';
import { type NearChange, ROLLBACK_WORDS } from '../changes.ts';
import { useCommand } from '../command.ts';
import { RollBack } from '../levers/RollBack.tsx';

export function ChangeRow({ incident, change }: { incident: IncidentView; change: NearChange }) {
  const suspect = useCommand(incident.id, 'suspects');
  const ruleOut = useCommand<{ reason: string }>(incident.id, `suspects/${change.id}/ruling-out`);
  const state = change.mark?.state;
  return (
    <li className="change" data-mark={state}>
      <div className="change-top">
        <span className="change-what">
          <span className="dot" data-tone="change" style={{ display: 'inline-block', marginRight: 10 }} />
          {change.summary}
        </span>
        <span className="mono small amber">{change.beforeText}</span>
      </div>
      <p className="quiet small">
        <Time at={change.happenedAt} /> · {change.relationText} · {change.source} ·{' '}
        {ROLLBACK_WORDS[change.rollback]}
        {change.links.map((link) => (
          <span key={link.href}>
            {' · '}
            <a href={link.href} target="_blank" rel="noreferrer">
              {link.text || 'look at it'}
            </a>
          </span>
        ))}
      </p>
      {state === 'suspect' ? <p className="amber small">Suspect: worth checking first.</p> : null}
      {state === 'ruled_out' ? <p className="small">Ruled out: {change.mark?.reason}</p> : null}
      <Group gap="xs" mt={8}>
        {state === 'suspect' ? null : (
          <ActButton
            size="compact-md"
            variant="default"
            busy={suspect.isPending}
            onClick={() => suspect.mutate({ changeId: change.id })}
          >
            {state === 'ruled_out' ? 'Suspect after all' : 'Mark as suspect'}
          </ActButton>
        )}
        {state === 'ruled_out' ? null : (
          <Because
            small
            words="Rule out, because…"
            label="Why was it not this?"
            placeholder="It went to the test system only"
            button="Rule it out"
            busy={ruleOut.isPending}
            send={(reason) => ruleOut.mutate({ reason })}
          />
        )}
        {state === 'suspect' ? <RollBack incident={incident} change={change} /> : null}
      </Group>
    </li>
  );
}
