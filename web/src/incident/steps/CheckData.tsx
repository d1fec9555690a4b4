/** Is data lost, wrong, or seen by somebody who must not see it? Either answer needs how one knows. */
import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { Sentence } from '../../pieces/Sentence.tsx';
import { useCommand } from '../command.ts';
import type { Step } from './acting.ts';

export function CheckData({ incident }: Step) {
  const [result, setResult] = useState<'safe' | 'affected'>('safe');
  const check = useCommand(incident.id, 'data-check');
  return (
    <>
      <Group gap="xs" mb="sm" role="group" aria-label="What did you find?">
        <Button
          variant={result === 'safe' ? 'light' : 'default'}
          aria-pressed={result === 'safe'}
          onClick={() => setResult('safe')}
        >
          Data is not affected
        </Button>
        <Button
          variant={result === 'affected' ? 'light' : 'default'}
          aria-pressed={result === 'affected'}
          onClick={() => setResult('affected')}
        >
          Data is affected
        </Button>
      </Group>
      <Sentence
        label="How do you know?"
        placeholder={
          result === 'safe'
            ? 'Counted orders and payments since 02:00; they match'
            : '14 orders have no payment since 02:02'
        }
        button={result === 'safe' ? 'Data is not affected' : 'Data is affected: raise to P1'}
        busy={check.isPending}
        send={(note) => check.mutate({ result, note })}
      />
    </>
  );
}
