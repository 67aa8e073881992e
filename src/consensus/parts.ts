import type { CoreExports } from "../core/mod.ts";
import type {
  ConsensusContext,
  ConsensusOptions,
  DecidedBlock,
  Timeouts,
} from "./types.ts";
import { Accuser } from "./accuser.ts";
import { Batches } from "./batches/mod.ts";
import { Rota } from "./buckets/mod.ts";
import { Builder } from "./build.ts";
import { EngineCell } from "./engine.ts";
import { EvidencePool } from "./evidence.ts";
import { Execution } from "./execution.ts";
import { History } from "./history.ts";
import { Journal } from "./journal.ts";
import { Judge } from "./judge.ts";
import { OffenceCheck } from "./offence.ts";
import { Pace } from "./pace.ts";
import { Presence } from "./presence.ts";
import { HeaderRules } from "./rules.ts";
import { Senders } from "./senders.ts";
import { Transfer } from "./transfer/mod.ts";
import { OwnSignatures } from "./signatures.ts";
import { Validators } from "./validators.ts";
import { VoteWatch } from "./vote_watch.ts";

const TIMEOUTS: Timeouts = {
  propose: { ms: 3_000, deltaMs: 500 },
  prevote: { ms: 1_000, deltaMs: 500 },
  precommit: { ms: 1_000, deltaMs: 500 },
  rebroadcastMs: 5_000,
};

/** Everything that the host puts to work. */
export interface Parts extends
  Pick<
    ConsensusContext,
    "clock" | "executor" | "log" | "network" | "store"
  > {
  core: CoreExports;
  options: Required<ConsensusOptions>;
  address: Uint8Array;
  rules: HeaderRules;
  journal: Journal;
  transfer: Transfer;
  signatures: OwnSignatures;
  execution: Execution;
  validators: Validators;
  history: History;
  batches: Batches;
  judge: Judge;
  builder: Builder;
  engine: EngineCell;
  evidence: EvidencePool;
  accuser: Accuser;
  watch: VoteWatch;
  pace: Pace;
  presence: Presence;
  senders: Senders;
  onDecided: (block: DecidedBlock) => void;
}

/** Makes them out of what the node hands in. */
export async function openParts(
  context: ConsensusContext,
  onError: (error: unknown) => void,
): Promise<Parts> {
  const { clock, createCore, genesis, genesisHash, log, signer } = context;
  const core = createCore();
  const options = {
    timeouts: TIMEOUTS,
    collectMs: 0,
    walBytesMax: 1 << 20,
    batchTransactionsMax: 10_000,
    statusMs: 1_000,
    ...context.options,
  };
  const rules = new HeaderRules(core, genesis, genesisHash);
  const validator = rules.addressOf(signer.publicKey);
  if (!validator) {
    log.warn("the key of this node is no validator's: it only watches", {
      publicKey: signer.publicKey.toHex(),
    });
  }
  const address = validator ?? signer.publicKey;
  const journal = await Journal.open(context.wal, log);
  const { executor, network, store, onDecided = ignore } = context;
  const execution = await Execution.open({
    executor,
    store,
    checkpointBlocks: rules.parameters.checkpointBlocks,
    onExecuted: context.onExecuted ?? ignore,
    onError,
  });
  const signatures = new OwnSignatures({ core, genesisHash, signer, address });
  const validators = new Validators(rules.validators);
  const history = new History();
  const set = rules.validators;
  const rota = new Rota({ core, genesisHash, set, address });
  const offences = new OffenceCheck({
    ...{ core, genesisHash },
    validators: rules.validators,
  });
  const evidence = new EvidencePool({ history, offences, journal });
  const accuser = new Accuser({
    ...{ log, network, evidence },
    onOffence: ({ kind, validator }) => {
      if (kind === "invalid_batch") batches.mute(validator);
    },
  });
  const transfer = new Transfer({ clock, log, network });
  const batches = new Batches({
    onEvidence: (found) => accuser.accuse(found),
    ...{ core, clock, log, network, store, executor, signer, journal },
    transfer,
    ...{ history, validators, rota, address, genesisHash, onError },
    parameters: rules.parameters,
    batchTransactionsMax: options.batchTransactionsMax,
    blockTimeMs: options.blockTimeMs,
  });
  const watch = new VoteWatch(offences, validators);
  const judge = new Judge({
    ...{ core, genesisHash, rules, execution, evidence, history, batches },
  });
  const builder = new Builder({
    ...{ core, clock, address, rules, execution, batches },
  });
  const engine = new EngineCell({
    ...{ createCore, log, genesisHash, address },
    validators: rules.validators,
    timeouts: options.timeouts,
    collectMs: options.collectMs,
    logged: (height) => journal.entries(height),
  });
  const pace = new Pace({ ...options, isShared: batches.isEager });
  const senders = new Senders({
    ...{ core, genesisHash },
    validators: rules.validators,
  });
  const presence = new Presence({
    ...{ clock, senders, validators, address },
    emptyBlockTimeMs: options.emptyBlockTimeMs,
    timeouts: options.timeouts,
  });
  return {
    ...{ clock, executor, log, network, store, core, options, address, rules },
    ...{ journal, signatures, execution, builder, engine, evidence, pace },
    ...{
      validators,
      history,
      batches,
      judge,
      watch,
      senders,
      presence,
      transfer,
      onDecided,
      accuser,
    },
  };
}

function ignore(): void {}
