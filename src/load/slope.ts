export interface Point {
  x: number;
  y: number;
}

/** Of the straight line that is nearest to the points by least squares; 0 where there is none. */
export function slopeOf(points: readonly Point[]): number {
  const mean = (pick: (point: Point) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const products = points.reduce(
    (sum, one) => sum + (one.x - x) * (one.y - y),
    0,
  );
  const squares = points.reduce((sum, one) => sum + (one.x - x) ** 2, 0);
  return squares > 0 ? products / squares : 0;
}
