/**
 * Round trips between thirteen places, every pair once.
 *
 * Eight places have the published 30-day mean of a cloud's own backbone (September 2024, mean of both directions; the
 * range is -5/+15 %). The other pairs are today's usual figures from general knowledge; where one was measured in 2016
 * that is noted, and the range spans both. Milliseconds, without last miles.
 */

import type { NetworkNode, RoundTripEntry } from '../entries.js';
import { assumed, measured } from '../grading.js';
import { RECALL } from './sources.js';

const IBM = 'IBM Cloud VPC network latency, 30-day mean to 15 Sep 2024';

function ibm(from: string, to: string, value: number, low: number, high: number): RoundTripEntry {
  return { from, to, rttMs: measured(value, 'ms', IBM, { low, high }) };
}

function dated(from: string, to: string, value: number, low: number, high: number, in2016: number): RoundTripEntry {
  return {
    from,
    to,
    rttMs: assumed(value, 'ms', RECALL, { low, high, note: `measured between AWS regions in 2016: ${in2016} ms` }),
  };
}

function known(from: string, to: string, value: number, low: number, high: number): RoundTripEntry {
  return { from, to, rttMs: assumed(value, 'ms', RECALL, { low, high }) };
}

/** Between zones of one region: stands for a place to itself. */
export const sameNodeRoundTrip = measured(1.5, 'ms', 'IBM Cloud VPC network latency; xkyle.com AWS zone latencies', {
  low: 0.25,
  high: 3.4,
});

/** Builds the places of the matrix. */
export function networkNodeEntries(): NetworkNode[] {
  return [
    { id: 'us-east-virginia', name: 'Northern Virginia', latitude: 39.0, longitude: -77.5 },
    { id: 'us-central-dallas', name: 'Dallas', latitude: 32.8, longitude: -96.8 },
    { id: 'us-west-oregon', name: 'Oregon', latitude: 45.6, longitude: -121.2 },
    { id: 'ca-toronto', name: 'Toronto', latitude: 43.7, longitude: -79.4 },
    { id: 'sa-saopaulo', name: 'São Paulo', latitude: -23.5, longitude: -46.6 },
    { id: 'eu-dublin', name: 'Dublin', latitude: 53.3, longitude: -6.3 },
    { id: 'eu-london', name: 'London', latitude: 51.5, longitude: -0.1 },
    { id: 'eu-frankfurt', name: 'Frankfurt', latitude: 50.1, longitude: 8.7 },
    { id: 'eu-stockholm', name: 'Stockholm', latitude: 59.3, longitude: 18.1 },
    { id: 'ap-mumbai', name: 'Mumbai', latitude: 19.1, longitude: 72.9 },
    { id: 'ap-singapore', name: 'Singapore', latitude: 1.35, longitude: 103.8 },
    { id: 'ap-tokyo', name: 'Tokyo', latitude: 35.7, longitude: 139.7 },
    { id: 'au-sydney', name: 'Sydney', latitude: -33.9, longitude: 151.2 },
  ];
}

/** Builds the 78 pairs. */
export function roundTripEntries(): RoundTripEntry[] {
  return [
    ibm('us-central-dallas', 'ca-toronto', 34, 32.3, 39.1),
    ibm('us-central-dallas', 'us-east-virginia', 31.5, 29.9, 36.2),
    ibm('us-central-dallas', 'eu-frankfurt', 123, 116.8, 141.4),
    ibm('us-central-dallas', 'eu-london', 113, 107.3, 129.9),
    ibm('us-central-dallas', 'au-sydney', 185.5, 176.2, 213.3),
    ibm('us-central-dallas', 'ap-tokyo', 143, 135.8, 164.4),
    ibm('us-central-dallas', 'sa-saopaulo', 145.5, 138.2, 167.3),
    ibm('ca-toronto', 'us-east-virginia', 19.5, 18.5, 22.4),
    ibm('ca-toronto', 'eu-frankfurt', 92.5, 87.9, 106.4),
    ibm('ca-toronto', 'eu-london', 82.5, 78.4, 94.9),
    ibm('ca-toronto', 'au-sydney', 215, 204.2, 247.2),
    ibm('ca-toronto', 'ap-tokyo', 161.5, 153.4, 185.7),
    ibm('ca-toronto', 'sa-saopaulo', 130, 123.5, 149.5),
    ibm('us-east-virginia', 'eu-frankfurt', 91, 86.5, 104.6),
    ibm('us-east-virginia', 'eu-london', 75.5, 71.7, 86.8),
    ibm('us-east-virginia', 'au-sydney', 215, 204.2, 247.2),
    ibm('us-east-virginia', 'ap-tokyo', 166, 157.7, 190.9),
    ibm('us-east-virginia', 'sa-saopaulo', 118.5, 112.6, 136.3),
    ibm('eu-frankfurt', 'eu-london', 13, 12.3, 14.9),
    ibm('eu-frankfurt', 'au-sydney', 250, 237.5, 287.5),
    ibm('eu-frankfurt', 'ap-tokyo', 229.5, 218, 263.9),
    ibm('eu-frankfurt', 'sa-saopaulo', 197.5, 187.6, 227.1),
    ibm('eu-london', 'au-sydney', 261, 247.9, 300.1),
    ibm('eu-london', 'ap-tokyo', 242, 229.9, 278.3),
    ibm('eu-london', 'sa-saopaulo', 187, 177.7, 215),
    ibm('au-sydney', 'ap-tokyo', 115, 109.2, 132.2),
    ibm('au-sydney', 'sa-saopaulo', 327.5, 311.1, 376.6),
    ibm('ap-tokyo', 'sa-saopaulo', 284.5, 270.3, 327.2),
    dated('us-east-virginia', 'us-west-oregon', 70, 64, 87, 87),
    dated('us-east-virginia', 'eu-dublin', 68, 66, 81, 80.5),
    dated('us-east-virginia', 'ap-singapore', 218, 210, 230, 216.7),
    dated('us-west-oregon', 'eu-dublin', 124, 118, 137, 137),
    dated('us-west-oregon', 'eu-frankfurt', 144, 138, 160, 159.5),
    dated('us-west-oregon', 'ap-tokyo', 97, 89, 99, 89.1),
    dated('us-west-oregon', 'ap-singapore', 164, 160, 170, 161.4),
    dated('us-west-oregon', 'au-sydney', 140, 138, 162, 162),
    dated('us-west-oregon', 'sa-saopaulo', 176, 173, 183, 182.7),
    dated('eu-dublin', 'eu-frankfurt', 23, 20, 26, 19.6),
    dated('eu-dublin', 'ap-tokyo', 203, 198, 213, 212.4),
    dated('eu-dublin', 'ap-singapore', 178, 172, 239, 239),
    dated('eu-dublin', 'au-sydney', 258, 253, 310, 309.6),
    dated('eu-dublin', 'sa-saopaulo', 177, 174, 192, 191.3),
    dated('eu-frankfurt', 'ap-singapore', 162, 155, 326, 325.9),
    dated('ap-tokyo', 'ap-singapore', 70, 66, 74, 73.8),
    dated('ap-singapore', 'au-sydney', 93, 91, 176, 175.3),
    dated('ap-singapore', 'sa-saopaulo', 324, 318, 330, 328.1),
    known('us-central-dallas', 'us-west-oregon', 48, 44, 54),
    known('us-central-dallas', 'eu-dublin', 107, 98, 120),
    known('us-central-dallas', 'ap-singapore', 206, 190, 231),
    known('us-central-dallas', 'eu-stockholm', 132, 121, 148),
    known('us-central-dallas', 'ap-mumbai', 228, 210, 255),
    known('ca-toronto', 'us-west-oregon', 62, 57, 69),
    known('ca-toronto', 'eu-dublin', 76, 70, 85),
    known('ca-toronto', 'eu-stockholm', 106, 98, 119),
    known('ca-toronto', 'ap-singapore', 222, 204, 249),
    known('ca-toronto', 'ap-mumbai', 196, 180, 220),
    known('eu-dublin', 'eu-london', 11, 10, 12),
    known('eu-dublin', 'eu-stockholm', 39, 36, 44),
    known('eu-london', 'eu-stockholm', 32, 29, 36),
    known('eu-london', 'us-west-oregon', 130, 120, 146),
    known('eu-london', 'ap-singapore', 166, 153, 186),
    known('eu-london', 'ap-mumbai', 114, 105, 128),
    known('eu-frankfurt', 'eu-stockholm', 23, 21, 26),
    known('eu-frankfurt', 'ap-mumbai', 118, 109, 132),
    known('eu-stockholm', 'us-east-virginia', 113, 104, 127),
    known('eu-stockholm', 'us-west-oregon', 158, 145, 177),
    known('eu-stockholm', 'ap-tokyo', 240, 221, 269),
    known('eu-stockholm', 'ap-singapore', 180, 166, 202),
    known('eu-stockholm', 'ap-mumbai', 142, 131, 159),
    known('eu-stockholm', 'au-sydney', 272, 250, 305),
    known('eu-stockholm', 'sa-saopaulo', 216, 199, 242),
    known('ap-mumbai', 'us-east-virginia', 192, 177, 215),
    known('ap-mumbai', 'us-west-oregon', 218, 201, 244),
    known('ap-mumbai', 'ap-tokyo', 126, 116, 141),
    known('ap-mumbai', 'ap-singapore', 58, 53, 65),
    known('ap-mumbai', 'au-sydney', 150, 138, 168),
    known('ap-mumbai', 'sa-saopaulo', 302, 278, 338),
    known('ap-mumbai', 'eu-dublin', 124, 114, 139),
  ];
}
