/** Calls between threads: a service on one end of a `MessagePort`, its methods on the other. */
import { PortEndpoint } from "./port_endpoint.ts";
export { sometime, transfer } from "./port_value.ts";

const IN_FLIGHT_MAX = 10_000;

/**
 * Answers calls that arrive on `port` with the methods of `service`, in the order
 * of arrival, without waiting for earlier ones. The same service may be served on
 * several ports. Ends when the other side closes.
 */
export function serve(port: MessagePort, service: object): void {
  new PortEndpoint(port, service, IN_FLIGHT_MAX);
}

/**
 * The methods of the service at the other end of `port`.
 *
 * - A method gives a promise, which is also an async iterable where the service
 *   gives one: `for await (const page of store.pages())`. Items are pulled one at
 *   a time; leaving the loop ends the service's iterator.
 * - Arguments and results are cloned, apart from what {@linkcode transfer} marked.
 *   Async iterables may be arguments too. Functions become one-way notifications,
 *   which are not bounded: pass them to `onX(callback)` methods only.
 * - Of the methods in `tells` no answer crosses back: they give nothing, what
 *   they throw is lost, and they are not bounded.
 * - Calls that `isPatient` holds to be, and their answers, cross with others,
 *   which go at once, or some milliseconds later: for what nobody waits for.
 * - What is said within a tick crosses together, in its order: a crossing wakes
 *   the other thread, and that costs more than what it carries. Arguments are
 *   cloned at the end of the tick.
 * - Errors keep `name`, `message`, `code`, `codeName` and `detail`.
 * - With `inFlightMax` calls unanswered the next one fails with RPC_BUSY; after
 *   `close` all fail with SHUTTING_DOWN. `close` ends this connection, never the
 *   service; the reason given is what open calls fail with.
 */
export function connect<T extends object>(
  port: MessagePort,
  options: {
    inFlightMax?: number;
    tells?: readonly (keyof T)[];
    isPatient?: (method: keyof T, args: readonly unknown[]) => boolean;
  } = {},
): T & { close(reason?: Error): void } {
  const endpoint = new PortEndpoint(
    port,
    {},
    options.inFlightMax ?? IN_FLIGHT_MAX,
  );
  const close = (reason?: Error) => Promise.resolve(endpoint.close(reason));
  const tells = new Set<unknown>(options.tells);
  const isPatient = options.isPatient ?? (() => false);
  return new Proxy({}, {
    get(_target, name) {
      // A connection that looked thenable could not be returned by an async function.
      if (typeof name === "symbol" || name === "then") return undefined;
      if (name === "close") return close;
      if (tells.has(name)) {
        return (...args: unknown[]) => endpoint.tell(name, args);
      }
      return (...args: unknown[]) =>
        promiseOrStream(
          endpoint.call(name, args, isPatient(name as keyof T, args)),
          name,
        );
    },
  }) as T & { close(reason?: Error): void };
}

function promiseOrStream(
  reply: Promise<unknown>,
  method: string,
): Promise<unknown> {
  // onX() returns nothing to its caller, who therefore cannot handle a rejection.
  if (/^on[A-Z]/.test(method)) reply.catch(() => undefined);
  async function* items() {
    yield* await reply as AsyncIterable<unknown>;
  }
  return Object.assign(reply, { [Symbol.asyncIterator]: items });
}
