/** What people say to a postmortem: covers, comments, reviews, texts for outside; as the server keeps it, and how it is asked for. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { threads } from '#src/learn/comment-routes.ts';
import type { coverShown } from '#src/learn/cover-routes.ts';
import type { outsideTexts } from '#src/learn/outside-routes.ts';
import type { reviews } from '#src/learn/review-routes.ts';
import { get } from '../api/http.ts';
import type { Sections } from './postmortem.ts';

export type CoverShown = z.output<typeof coverShown>;
export type Standing = CoverShown['covers'][number];
export type Thread = z.output<typeof threads>['items'][number];
export type Review = z.output<typeof reviews>['items'][number];
export type OutsideTexts = z.output<typeof outsideTexts>;
export type Version = { version: number; savedBy: string; savedAt: string };
export type OwnerAsked = {
  ownerId: string | null;
  candidates: { id: string; name: string; restsUntil: string | null }[];
};

const about =
  <T>(part: string) =>
  (id: string) =>
    queryOptions({
      queryKey: ['postmortems', 'one', id, part],
      queryFn: ({ signal }) => get<T>(`/postmortems/${id}/${part}`, {}, signal),
    });

export const coverQuery = about<CoverShown>('cover');
export const commentsQuery = about<{ items: Thread[] }>('comments');
export const reviewsQuery = about<{ items: Review[] }>('reviews');
export const ownerQuery = about<OwnerAsked>('owner');
export const outsideQuery = about<OutsideTexts>('outside-texts');
export const versionsQuery = about<{ items: Version[] }>('versions');

/** A version never changes once it is saved. */
export const versionQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ['postmortem-version', id, version],
    queryFn: ({ signal }) =>
      get<Version & { sections: Sections }>(`/postmortems/${id}/versions/${version}`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
