/** Choosing people and services out of the directory. */
import { MultiSelect, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { peopleQuery, servicesQuery } from '../api/queries.ts';

type One = {
  label: string;
  value: string | null;
  choose: (id: string | null) => void;
  description?: string;
  not?: string[];
};
type Many = {
  label: string;
  value: string[];
  choose: (ids: string[]) => void;
  description?: string;
  placeholder?: string;
};

export function PersonSelect({ label, value, choose, description, not = [] }: One) {
  const people = useQuery(peopleQuery).data?.items ?? [];
  return (
    <Select
      label={label}
      description={description}
      data={people
        .filter((each) => !not.includes(each.id))
        .map((each) => ({ value: each.id, label: each.name }))}
      value={value}
      onChange={choose}
      searchable
      size="md"
      nothingFoundMessage="Nobody of that name"
    />
  );
}

export function PeopleSelect({ label, value, choose, description, placeholder }: Many) {
  const people = useQuery(peopleQuery).data?.items ?? [];
  return (
    <MultiSelect
      label={label}
      description={description}
      placeholder={placeholder}
      data={people.map((each) => ({ value: each.id, label: each.name }))}
      value={value}
      onChange={choose}
      searchable
      size="md"
      nothingFoundMessage="Nobody of that name"
    />
  );
}

export function ServicesSelect({ label, value, choose, description, placeholder }: Many) {
  const services = useQuery(servicesQuery).data?.items ?? [];
  return (
    <MultiSelect
      label={label}
      description={description}
      placeholder={value.length ? undefined : placeholder}
      data={services.map((each) => ({ value: each.id, label: each.name }))}
      value={value}
      onChange={choose}
      searchable
      clearable
      hidePickedOptions
      size="md"
      nothingFoundMessage="No service of that name"
    />
  );
}
