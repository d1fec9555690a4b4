/**
 * Fits the weights of the score to this organisation's own incidents: penalised logistic regression, shrunk to the rule book. Pure.
 * Every candidate of a labelled incident is one case, the trigger the one that is right.
 */
import { type Points, TERMS, type Weights } from './score.ts';
import type { Compared, Places } from './weights.ts';

/** Below so many labelled incidents there are only the defaults. */
export const LABELLED_MIN = 50;
/** The latest share of them is held out: by time, never at random. */
const HELD_OUT = 0.3;
/** How strongly a weight is held at 1: as if so many cases had confirmed the rule book. */
const SHRINKAGE = 20;
const STEPS_MAX = 60;
const SETTLED = 1e-6;
const WEIGHT_MAX = 3;

/** One labelled incident, with the lane as it was: points by the rule book. */
export type Labelled = { changeId: string | null; candidates: { changeId: string; points: Points }[] };

export type Proposal = { weights: Weights; fitted: number; compared: Compared };

/**
 * @param labelled in the order of time, with those that were no change
 * @returns undefined while there are too few, or where the trigger was too seldom among the candidates
 */
export function propose(labelled: readonly Labelled[], current: Weights): Proposal | undefined {
  const useful = labelled.filter(({ changeId, candidates }) =>
    candidates.some((each) => each.changeId === changeId),
  );
  if (labelled.length < LABELLED_MIN || useful.length < LABELLED_MIN / 2) return undefined;
  const cut = Math.floor(useful.length * (1 - HELD_OUT));
  const [taught, held] = [useful.slice(0, cut), useful.slice(cut)];
  const weights = fit(taught);
  return {
    weights,
    fitted: taught.length,
    compared: { before: placesOf(held, current), after: placesOf(held, weights) },
  };
}

/** Newton's method; the intercept is free, the weights are pulled to 1. */
export function fit(labelled: readonly Labelled[]): Weights {
  const cases = labelled.flatMap(({ changeId, candidates }) =>
    candidates.map((each) => ({
      x: [1, ...TERMS.map((term) => each.points[term])],
      y: each.changeId === changeId ? 1 : 0,
    })),
  );
  const size = TERMS.length + 1;
  const prior = [0, ...TERMS.map(() => 1)];
  const penalty = [1e-6, ...TERMS.map(() => SHRINKAGE)];
  let weights = [-5, ...TERMS.map(() => 1)];
  for (let step = 0; step < STEPS_MAX; step++) {
    const gradient = weights.map((weight, i) => penalty[i]! * (weight - prior[i]!));
    const curvature = Array.from({ length: size }, (_, i) =>
      Array.from({ length: size }, (_, j) => (i === j ? penalty[i]! : 0)),
    );
    for (const { x, y } of cases) {
      const guess = 1 / (1 + Math.exp(-dot(weights, x)));
      const spread = guess * (1 - guess);
      for (let i = 0; i < size; i++) {
        gradient[i]! += (guess - y) * x[i]!;
        for (let j = 0; j < size; j++) curvature[i]![j]! += spread * x[i]! * x[j]!;
      }
    }
    const move = solve(curvature, gradient);
    // Far from the end a whole step may overshoot.
    const longest = Math.max(...move.map(Math.abs));
    const share = longest > 1 ? 1 / longest : 1;
    weights = weights.map((weight, i) => weight - share * move[i]!);
    if (longest < SETTLED) break;
  }
  return Object.fromEntries(
    TERMS.map((term, i) => [
      term,
      Math.round(100 * Math.min(WEIGHT_MAX, Math.max(0, weights[i + 1]!))) / 100,
    ]),
  ) as Weights;
}

/** How often the trigger stands first, and among the first three. */
export function placesOf(labelled: readonly Labelled[], weights: Weights): Places {
  let [top1, top3] = [0, 0];
  for (const { changeId, candidates } of labelled) {
    const total = (points: Points) => TERMS.reduce((sum, term) => sum + points[term] * weights[term], 0);
    const place = candidates
      .map((each) => ({ id: each.changeId, total: total(each.points) }))
      .toSorted((one, other) => other.total - one.total)
      .findIndex((each) => each.id === changeId);
    if (place === 0) top1++;
    if (place >= 0 && place < 3) top3++;
  }
  const share = (count: number) =>
    labelled.length ? Math.round((1000 * count) / labelled.length) / 1000 : 0;
  return { top1: share(top1), top3: share(top3), n: labelled.length };
}

function dot(one: readonly number[], other: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i]! * other[i]!;
  return sum;
}

/** Gaussian elimination with pivoting; the matrix is positive definite. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++)
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let i = column + 1; i < size; i++) {
      const share = rows[i]![column]! / rows[column]![column]!;
      for (let j = column; j <= size; j++) rows[i]![j]! -= share * rows[column]![j]!;
    }
  }
  const found = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    let rest = rows[i]![size]!;
    for (let j = i + 1; j < size; j++) rest -= rows[i]![j]! * found[j]!;
    found[i] = rest / rows[i]![i]!;
  }
  return found;
}
