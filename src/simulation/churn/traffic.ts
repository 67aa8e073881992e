import { equal } from "../../bytes/mod.ts";
import type { NodeNetwork, PeerInfo } from "../../network/mod.ts";
import type { End, Random } from "../../platform/mod.ts";
import { type Life, type Member, PORTS } from "./member.ts";

export interface TrafficParts {
  random: Random;
  nowMs(): number;
  after(delayMs: number, callback: () => void): void;
  alive(): Member[];
  member(id: string): Member | undefined;
  /** Of connections that are made. */
  endsAt(host: string, port: number): readonly End[];
  /** Since when nothing has kept nodes apart that should hear each other; Infinity while something does. */
  calmSinceMs(): number;
  onViolation(text: string): void;
}

/** A message that is to reach everybody. */
interface Published {
  atMs: number;
  author: Life;
  /** Who has not heard it yet. */
  waiting: Map<Life, Member>;
}

/** A message to one peer, on its way. */
interface Sent {
  body: Uint8Array;
  to: Life;
}

/** Validators repeat themselves; so does who publishes here. */
const REPEATED_MS = [0, 15_000, 45_000];
/** Within which everybody has heard a message, and a connection without a line has ended. */
const HEARD_MS = 60_000;
/** A node that began later need not hear everything yet. */
export const SETTLED_MS = 120_000;
const TIMEOUT_MS = 5_000;
/** What a question may take longer than its time-out. */
const SLACK_MS = 50;
const NUMBER_BYTES = 8;
const LARGE = { oneIn: 10, bytes: 200_000 };
const SMALL_BYTES = 100;

/** Messages and questions between members, and what must become of them. */
export class Traffic {
  readonly #parts: TrafficParts;
  readonly #published = new Map<number, Published>();
  readonly #sent = new Map<number, Sent>();
  /** Of messages to one peer, `due` had to arrive. */
  readonly figures = {
    ...{ published: 0, heard: 0, asked: 0, answered: 0 },
    ...{ sent: 0, arrived: 0, due: 0 },
  };
  #numbers = 0;

  constructor(parts: TrafficParts) {
    this.#parts = parts;
  }

  /** Questions of those who run that have no answer and have not failed. */
  get open(): number {
    return this.#parts.alive().reduce((sum, { life }) => sum + life!.open, 0);
  }

  /** A member listens and answers from now on. */
  join(
    member: Member,
    network: NodeNetwork,
    isValidator: (id: string) => boolean,
  ): void {
    const life = member.life!;
    network.relay("vote", () => "accept");
    network.onMessage((from, channel, body) => {
      if (channel !== "vote") return this.#arrive(member, life, body);
      this.#hear(member, body);
      // Its votes prove it, as consensus finds out.
      if (isValidator(from)) network.rate!(from, "validator");
    });
    network.onRequest("echo", (_, body) => Promise.resolve(body));
  }

  /** Somebody publishes, somebody sends much, somebody asks. */
  async tick(): Promise<void> {
    const { random, alive } = this.#parts;
    const members = alive();
    const pick = () => members[random.integer(members.length)]!;
    this.#publish(pick());
    const one = pick();
    const peers = await one.life!.network.peerInfo();
    if (peers.length === 0) return;
    const peer = peers[random.integer(peers.length)]!;
    const isLarge = random.integer(LARGE.oneIn) === 0;
    const body = random.bytes(isLarge ? LARGE.bytes : SMALL_BYTES);
    this.#send(one, peer, isLarge ? "batch" : "status", body);
    this.#ask(one, peer.id, body);
  }

  #publish(member: Member): void {
    const { nowMs, after, alive } = this.#parts;
    const { life } = member;
    if (!life) return;
    const number = ++this.#numbers;
    const settled = alive().filter((one) =>
      one !== member && one.life!.sinceMs + SETTLED_MS <= nowMs()
    );
    this.#published.set(number, {
      ...{ atMs: nowMs(), author: life },
      waiting: new Map(settled.map((one) => [one.life!, one])),
    });
    const body = new Uint8Array(SMALL_BYTES);
    setNumber(body, number);
    for (const delayMs of REPEATED_MS) {
      after(delayMs, () => {
        if (member.life !== life) return;
        this.figures.published++;
        life.network.broadcast("vote", body);
      });
    }
    after(HEARD_MS, () => this.#close(number, member));
  }

  #hear(member: Member, body: Uint8Array): void {
    this.figures.heard++;
    const { life } = member;
    if (life) this.#published.get(numberIn(body))?.waiting.delete(life);
  }

  /** Over connections that last until it is looked for, it arrives. */
  #send(
    member: Member,
    { id, data }: PeerInfo,
    channel: string,
    body: Uint8Array,
  ): void {
    const { nowMs, after, calmSinceMs, onViolation } = this.#parts;
    const life = member.life!;
    const number = ++this.#numbers;
    setNumber(body, number);
    this.figures.sent++;
    life.network.send(id, channel, body);
    const peer = this.#parts.member(id);
    const to = peer?.life;
    if (!to) return;
    this.#sent.set(number, { body, to });
    const own = this.#dataEnds(life, to);
    const ends = [...own, ...this.#dataEnds(to, life)];
    const isKnown = own.length > 0 && own.length === data?.connections;
    const atMs = nowMs();
    after(HEARD_MS, () => {
      const hasArrived = !this.#sent.delete(number);
      const hasLasted = ends.every(({ isOver }) => !isOver) &&
        calmSinceMs() <= atMs;
      if (!isKnown || !hasLasted) return;
      this.figures.due++;
      if (!hasArrived) {
        onViolation(
          `${peer.name} did not get message ${number} of ${member.name}`,
        );
      }
    });
  }

  #arrive({ name }: Member, life: Life, body: Uint8Array): void {
    const number = numberIn(body);
    const sent = this.#sent.get(number);
    if (!sent) return;
    this.#sent.delete(number);
    this.figures.arrived++;
    if (sent.to !== life || !equal(sent.body, body)) {
      this.#parts.onViolation(`${name} got another message than was sent`);
    }
  }

  #dataEnds(one: Life, other: Life): End[] {
    return this.#parts.endsAt(one.host, PORTS.data)
      .filter(({ remote }) => remote.host === other.host);
  }

  #close(number: number, author: Member): void {
    const published = this.#published.get(number)!;
    this.#published.delete(number);
    const { calmSinceMs, onViolation } = this.#parts;
    const isDue = author.life === published.author &&
      author.life.sinceMs + SETTLED_MS <= published.atMs &&
      calmSinceMs() <= published.atMs;
    if (!isDue) return;
    for (const [life, member] of published.waiting) {
      if (member.life !== life) continue;
      onViolation(
        `${member.name} did not hear message ${number} of ${author.name}`,
      );
    }
  }

  async #ask(member: Member, peer: string, body: Uint8Array): Promise<void> {
    const { nowMs, onViolation } = this.#parts;
    const life = member.life!;
    const atMs = nowMs();
    this.figures.asked++;
    life.open++;
    const answer = await life.network.request(peer, "echo", body, TIMEOUT_MS)
      .catch(() => undefined);
    life.open--;
    if (answer) this.figures.answered++;
    if (answer && !equal(answer, body)) {
      onViolation(`${member.name} got another answer than it asked for`);
    }
    if (nowMs() - atMs > TIMEOUT_MS + SLACK_MS) {
      onViolation(`a question of ${member.name} took ${nowMs() - atMs} ms`);
    }
  }
}

function setNumber(body: Uint8Array, number: number): void {
  const { buffer, byteOffset } = body;
  new DataView(buffer, byteOffset).setFloat64(0, number, true);
}

/** NaN where there is none. */
function numberIn(body: Uint8Array): number {
  if (body.length < NUMBER_BYTES) return NaN;
  const { buffer, byteOffset } = body;
  return new DataView(buffer, byteOffset).getFloat64(0, true);
}
