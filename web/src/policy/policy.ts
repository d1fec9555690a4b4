/** The policy in force, as sentences and as the document it comes from. */
import { queryOptions } from '@tanstack/react-query';
import type { ReadablePolicy } from '#promise/readable.ts';
import { get } from '../api/http.ts';

export type { ReadablePolicy };
export type PolicySummary = {
  version: number;
  note: string;
  createdBy: string | null;
  createdAt: string;
  inForce: boolean;
};
export type Policy = PolicySummary & { yaml: string; readable: ReadablePolicy };

export const policyQuery = queryOptions({
  queryKey: ['policys', 'current'],
  queryFn: ({ signal }) => get<Policy>('/policy', {}, signal),
});

export const POLICY_KEYS = [['policys']];
