/** Stable error codes: one class, one catalogue, in English and Japanese. */
export { ErrorCode } from "../proto/gen/rustorium/v1/error_pb.ts";
export {
  allErrors,
  describe,
  type ErrorDescription,
  findError,
} from "./describe.ts";
export {
  type ErrorDetail,
  fault,
  isFault,
  RustoriumError,
  type RustoriumErrorOptions,
  toRustoriumError,
} from "./error.ts";
export { nearest } from "./nearest.ts";
