import { beginReply, type Exchange } from "./exchange.ts";
import { type Measurement, measurementText } from "./measurement.ts";

/** How often the simulated clock is read. */
const CHECK_MS = 100;

/** A comment after this much silence keeps proxies and clients from closing the stream. */
const HEARTBEAT_MS = 15_000;

/**
 * Answers `measurements/live`: every measurement newer than the stream, until the client or the simulated API closes it.
 * Older ones are not repeated; `latest` has them.
 *
 * @param latest the device's latest measurements at the simulated present
 */
export function streamLive(exchange: Exchange, latest: () => readonly Measurement[]): void {
  const { response } = exchange;
  beginReply(exchange, 200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const newest = new Map(latest().map(({ measurement, timestamp }) => [measurement, timestamp]));
  let writtenAt = Date.now();
  write(": live\n\n");
  const timer = setInterval(() => {
    // A client that does not read loses events instead of filling the simulator's memory.
    if (response.writableNeedDrain) return;
    const fresh = latest().filter(({ measurement, timestamp }) => timestamp > (newest.get(measurement) ?? 0));
    for (const measurement of fresh) {
      newest.set(measurement.measurement, measurement.timestamp);
      write(`data: ${measurementText(measurement)}\n\n`);
    }
    if (Date.now() - writtenAt >= HEARTBEAT_MS) write(": heartbeat\n\n");
  }, CHECK_MS);
  response.once("close", () => clearInterval(timer));

  function write(text: string): void {
    writtenAt = Date.now();
    response.write(text);
  }
}
