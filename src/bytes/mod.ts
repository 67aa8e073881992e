/** Little-endian fields and joined bytes, as records and messages are made of them. */
export { concat, equal, join, list, u32, u64, viewOf } from "./bytes.ts";
export { Reader } from "./reader.ts";
