/** A place where machines are, in degrees north and east. */
export interface Region {
  name: string;
  place: string;
  latitude: number;
  longitude: number;
}

/** Of Azure's regions one of each part of the world, and two where most validators are. */
export const REGIONS: readonly Region[] = [
  region("East US", "Virginia", 37.4, -79.8),
  region("Germany West Central", "Frankfurt", 50.1, 8.7),
  region("Southeast Asia", "Singapore", 1.3, 103.8),
  region("Brazil South", "São Paulo", -23.6, -46.6),
  region("Japan East", "Tokyo", 35.7, 139.8),
  region("West US 2", "Washington", 47.2, -119.9),
  region("South Africa North", "Johannesburg", -25.7, 28.2),
  region("Australia East", "Sydney", -33.9, 151.2),
  region("North Europe", "Dublin", 53.3, -6.3),
  region("Central India", "Pune", 18.6, 73.9),
];

/** What the source calls it, for tables. */
export const SOURCE = {
  title: "Azure network round-trip latency statistics",
  url: "https://learn.microsoft.com/azure/networking/azure-network-latency",
  /** The end of the 30 days of which these are the medians. */
  date: "2026-07-30",
} as const;

/**
 * Round trips in milliseconds, of each region to those before it. From
 * Microsoft's "Azure network round-trip latency statistics" (CC BY 4.0), the
 * data of 2026-07-30: medians of 30 days. Of the two directions, which differ
 * by 4 ms at most, the longer one.
 */
const ROUND_TRIPS_MS: readonly (readonly number[])[] = [
  [],
  [94],
  [224, 166],
  [118, 198, 331],
  [162, 236, 72, 262],
  [73, 155, 162, 177, 101],
  [220, 166, 177, 321, 251, 280],
  [202, 267, 95, 295, 104, 161, 328],
  [73, 27, 176, 172, 227, 130, 172, 263],
  [201, 140, 53, 304, 122, 211, 131, 145, 147],
];

/** Between two data centres of a region: Azure keeps it below that. */
const WITHIN_MS = 2;

/** There and back between two of `REGIONS`, by their numbers. */
export function roundTripMs(one: number, other: number): number {
  if (one === other) return WITHIN_MS;
  return ROUND_TRIPS_MS[Math.max(one, other)]![Math.min(one, other)]!;
}

function region(
  name: string,
  place: string,
  latitude: number,
  longitude: number,
): Region {
  return { name, place, latitude, longitude };
}
