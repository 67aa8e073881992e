import type { NodeNetwork } from "../../network/mod.ts";
import type { Random } from "../../platform/mod.ts";
import type { Life, Member } from "./member.ts";

export interface TrafficParts {
  random: Random;
  nowMs(): number;
  after(delayMs: number, callback: () => void): void;
  alive(): Member[];
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

/** Validators repeat themselves; so does who publishes here. */
const REPEATED_MS = [0, 15_000, 45_000];
/** Within which everybody has heard a message. */
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
  readonly figures = { published: 0, heard: 0, asked: 0, answered: 0 };
  /** Questions that have no answer and have not failed. */
  open = 0;
  #numbers = 0;

  constructor(parts: TrafficParts) {
    this.#parts = parts;
  }

  /** A member listens and answers from now on. */
  join(
    member: Member,
    network: NodeNetwork,
    isValidator: (id: string) => boolean,
  ): void {
    network.relay("vote", () => "accept");
    network.onMessage((from, channel, body) => {
      if (channel !== "vote") return;
      this.#hear(member, body);
      // Its votes prove it, as consensus finds out.
      if (isValidator(from)) network.rate!(from, "validator");
    });
    network.onRequest("echo", (_, body) => Promise.resolve(body));
  }

  /** Somebody publishes, somebody sends much, somebody asks. */
  tick(): void {
    const { random, alive } = this.#parts;
    const members = alive();
    const pick = () => members[random.integer(members.length)]!;
    this.#publish(pick());
    const one = pick();
    const peers = one.life!.network.peers();
    if (peers.length === 0) return;
    const peer = peers[random.integer(peers.length)]!;
    const isLarge = random.integer(LARGE.oneIn) === 0;
    const body = random.bytes(isLarge ? LARGE.bytes : SMALL_BYTES);
    one.life!.network.send(peer, isLarge ? "batch" : "status", body);
    this.#ask(one, peer, body);
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
    new DataView(body.buffer).setFloat64(0, number, true);
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
    if (body.length < NUMBER_BYTES) return;
    const { buffer, byteOffset } = body;
    const number = new DataView(buffer, byteOffset).getFloat64(0, true);
    this.figures.heard++;
    const { life } = member;
    if (life) this.#published.get(number)?.waiting.delete(life);
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
    this.open++;
    const answer = await life.network.request(peer, "echo", body, TIMEOUT_MS)
      .catch(() => undefined);
    this.open--;
    if (answer) this.figures.answered++;
    if (answer && answer.length !== body.length) {
      onViolation(`${member.name} got another answer than it asked for`);
    }
    if (nowMs() - atMs > TIMEOUT_MS + SLACK_MS) {
      onViolation(`a question of ${member.name} took ${nowMs() - atMs} ms`);
    }
  }
}
