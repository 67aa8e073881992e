import type { Executor } from "../execution/mod.ts";

/** The same executor; `onAdmitted` hears how many transactions each submission brought. */
export function counted(
  executor: Executor,
  onAdmitted: (transactions: number) => void,
): Executor {
  const submit: Executor["submit"] = async (envelopes) => {
    const result = await executor.submit(envelopes);
    onAdmitted(result.codes.reduce((sum, code) => sum + Number(code === 0), 0));
    return result;
  };
  return Object.assign(Object.create(executor), { submit });
}
