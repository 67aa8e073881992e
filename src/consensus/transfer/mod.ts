/** Pieces of what is large, from several peers at once: each from whoever will have given it first. */
export { PIECE_BYTES } from "./line.ts";
export { type Piece, type Reading } from "./piece.ts";
export { Transfer, type TransferOptions } from "./transfer.ts";
