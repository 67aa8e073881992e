import { defaultConfig } from "../../config/mod.ts";
import {
  type NodeNetwork,
  openNetwork,
  peerIdOf,
  virtualCarriers,
} from "../../network/mod.ts";
import {
  type Internet,
  type Log,
  logTo,
  MemoryFile,
  type Scheduler,
  seededRandom,
  seedSigner,
  simClock,
} from "../../platform/mod.ts";
import { ProcessClock } from "./process_clock.ts";

export const PORTS = { control: 26_656, data: 26_657 };
/** Places are scarce, so that they are fought for. */
const MAX_PEERS = 8;

export const CONFIG = {
  ...defaultConfig().network,
  ...{ max_peers: MAX_PEERS, target_outbound: 3, validator_slots: 3 },
};

/** After which nothing is left of a process that has said goodbye. */
const LAST_MS = 60_000;

/** What all members have in common. */
export interface Surroundings {
  seed: number;
  scheduler: Scheduler;
  internet: Internet;
  /** Multiaddrs of validators at present, as their operators publish them. */
  bootstrap(): string[];
  onLine(member: string, event: string, fields: object): void;
  /** A process has begun. */
  onBirth(member: Member, network: NodeNetwork): void;
}

/** A process of a member. */
export interface Life {
  network: NodeNetwork;
  clock: ProcessClock;
  sinceMs: number;
  host: string;
  /** Its questions that have no answer and have not failed. */
  open: number;
}

/** A node with its key and its disk, whether it runs or not. */
export class Member {
  readonly name: string;
  readonly id: string;
  readonly isValidator: boolean;
  readonly #key: Uint8Array;
  readonly #around: Surroundings;
  #disk = new MemoryFile();
  host: string;
  life: Life | undefined;
  /** When its last process ended. */
  endedMs = -Infinity;
  #lives = 0;

  constructor(
    name: string,
    { host, isValidator }: { host: string; isValidator: boolean },
    around: Surroundings,
  ) {
    this.name = name;
    this.host = host;
    this.isValidator = isValidator;
    this.#around = around;
    this.#key = seededRandom(`${around.seed}/${name}`).bytes(32);
    this.id = peerIdOf(seedSigner(this.#key).publicKey);
  }

  /** Where it begins to listen, as others are told. */
  get address(): string {
    return `/ip4/${this.host}/udp/${PORTS.control}/quic-v1/p2p/${this.id}`;
  }

  async start(): Promise<void> {
    const { seed, scheduler, internet, bootstrap, onBirth } = this.#around;
    const others = bootstrap().filter((one) => !one.endsWith(this.id));
    const clock = new ProcessClock(simClock(scheduler));
    const random = seededRandom(`${seed}/${this.name}/${this.#lives++}`);
    const { host } = this;
    const network = await openNetwork({
      seed: this.#key,
      listen: { host, port: PORTS.control, dataPort: PORTS.data },
      bootstrap: others,
      persistentPeers: this.isValidator ? others : [],
      savedPeers: this.#disk.open(),
      resolver: NO_NAMES,
      config: CONFIG,
      chainId: "churn",
      genesisHash: new Uint8Array(32).fill(1),
      ...{ clock, random, log: this.#log() },
      carriers: virtualCarriers({ internet, clock, random }),
    });
    this.life = { network, clock, host, sinceMs: scheduler.now(), open: 0 };
    onBirth(this, network);
  }

  /** Says goodbye. Gives what it has left behind, for a person to read. */
  async leave(): Promise<string[]> {
    const { life } = this;
    if (!life) return [];
    this.#end();
    await life.network.close();
    const { internet, scheduler } = this.#around;
    const { bound, ends } = internet;
    const isOwn = ({ host }: { host: string }) => host === life.host;
    const ports = bound.filter(isOwn).length;
    const connections = ends.filter(({ local }) => isOwn(local)).length;
    // What waits for something with a time-out may do so to its end.
    await simClock(scheduler).sleep(LAST_MS);
    const { clock: { pending: timers }, open: questions } = life;
    life.clock.end();
    return Object.entries({ ports, connections, timers, questions })
      .filter(([, count]) => count > 0)
      .map(([what, count]) => `${count} ${what}`);
  }

  /** It never comes back. */
  wipe(): void {
    this.#disk = EMPTY;
  }

  /** Ends without a word. */
  vanish(): void {
    const { life } = this;
    if (!life) return;
    this.#end();
    life.clock.end();
    this.#around.internet.vanish(life.host);
  }

  #end(): void {
    this.life = undefined;
    this.endedMs = this.#around.scheduler.now();
  }

  #log(): Log {
    return logTo(({ event, fields }) =>
      this.#around.onLine(this.name, event, fields)
    );
  }
}

const EMPTY = new MemoryFile();

const NO_NAMES = {
  addresses: () => Promise.reject(new Error("no names here")),
  texts: () => Promise.reject(new Error("no names here")),
};
