/** When people hear next: always a clock time, at most the cadence away. */
import { Button, Checkbox, Group } from '@mantine/core';
import { TimeField } from '../../pieces/TimeField.tsx';
import { nowMs } from '../../words/clock.ts';
import { roundedDown } from '../../words/time.ts';

const QUICK_MINUTES = [15, 30, 60];

type Props = {
  value: string | null | undefined;
  change: (at: string | null) => void;
  mayEnd: boolean;
  cadenceMinutes: number | null;
};

export function NextTime({ value, change, mayEnd, cadenceMinutes }: Props) {
  const quick = QUICK_MINUTES.filter((minutes) => cadenceMinutes === null || minutes <= cadenceMinutes);
  const inMinutes = (minutes: number) => new Date(roundedDown(nowMs() + minutes * 60_000)).toISOString();
  return (
    <>
      <TimeField label="Next update" direction="future" value={value ?? null} change={change} />
      <Group gap="xs" mt={6}>
        {quick.map((minutes) => (
          <Button key={minutes} variant="default" size="sm" onClick={() => change(inMinutes(minutes))}>
            in {minutes} min
          </Button>
        ))}
      </Group>
      {mayEnd ? (
        <Checkbox
          mt="xs"
          label="This is the last message"
          checked={value === null}
          onChange={(event) => change(event.currentTarget.checked ? null : inMinutes(cadenceMinutes ?? 60))}
        />
      ) : null}
    </>
  );
}
